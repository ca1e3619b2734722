/** One line of an exposition. */
export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The metrics of a server at one moment. */
export class Scrape {
  readonly samples: readonly MetricSample[];
  /** Types by the names of metrics. */
  readonly types: ReadonlyMap<string, string>;

  /** Parses the text format of Prometheus, version 0.0.4; throws at an invalid line. */
  constructor(text: string) {
    const lines = text.split('\n').filter((line) => line !== '');
    this.types = new Map(
      lines.flatMap((line): [string, string][] => {
        const [, name, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
        return name === undefined || type === undefined ? [] : [[name, type]];
      }),
    );
    this.samples = lines.filter((line) => !line.startsWith('#')).map(readSample);
  }

  /** The sum of all samples with this name and at least these labels; undefined if there is none. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const found = this.samples.filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
    if (found.length === 0) return undefined;
    return found.reduce((sum, { value }) => sum + value, 0);
  }

  /** Every value of a label, in all metrics whose names start with `prefix`. */
  valuesOf(label: string, prefix = ''): string[] {
    const values = this.samples
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ labels }) => labels[label]);
    return [...new Set(values)].filter((value) => value !== undefined).sort();
  }
}

function readSample(line: string): MetricSample {
  const [, name, labels = '', value] =
    /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ([-+\w.]+)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Error(`This is no sample: ${line}`);
  const pairs = [...labels.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(
    ([, label = '', text = '']) => [label, text],
  );
  const number =
    value === 'Nan' || value === 'NaN' ? Number.NaN : Number(value.replace('Inf', 'Infinity'));
  return { name, labels: Object.fromEntries(pairs), value: number };
}

/** Reads a server's metrics. */
export async function scrape(url: string, headers: Record<string, string> = {}): Promise<Scrape> {
  const response = await fetch(`${url}/metrics`, { headers });
  if (response.status !== 200) throw new Error(`/metrics answered ${response.status}`);
  return new Scrape(await response.text());
}
