import { Histogram, type Registry } from 'prom-client';

/**
 * Upper bounds of the buckets of every latency, in milliseconds: from answers from memory to the longest that a caller
 * waits.
 */
const BOUNDS_MS = [
  0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000,
] as const;

/**
 * How long one kind of work takes. Counting only adds to two numbers: no label is looked up, and nothing is allocated.
 */
export class Timing {
  /** One count for each bucket; the last is for everything that took longer than all bounds. */
  readonly #counts = new Float64Array(BOUNDS_MS.length + 1);
  #sumMs = 0;

  observe(ms: number): void {
    this.#sumMs += ms;
    let bucket = 0;
    for (const bound of BOUNDS_MS) {
      if (ms <= bound) break;
      bucket += 1;
    }
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }

  /** The count, the sum, and for each bound how many took no longer, as Prometheus counts. */
  read(): {
    count: number;
    sumSeconds: number;
    buckets: [seconds: number | '+Inf', count: number][];
  } {
    let count = 0;
    const buckets = [...this.#counts].map((own, bucket): [number | '+Inf', number] => {
      count += own;
      const bound = BOUNDS_MS[bucket];
      return [bound === undefined ? '+Inf' : bound / 1000, count];
    });
    return { count, sumSeconds: this.#sumMs / 1000, buckets };
  }
}

/** The results of one kind of call: how many succeeded, how many ended with each failure, and how long they took. */
export class CallSeries {
  readonly timing = new Timing();
  succeeded = 0;
  readonly failed = new Map<string, number>();

  /** @param failure the name of the failure, one of a few; null for a success */
  done(ms: number, failure: string | null): void {
    this.timing.observe(ms);
    if (failure === null) this.succeeded += 1;
    else this.failed.set(failure, (this.failed.get(failure) ?? 0) + 1);
  }
}

export type Labels = Readonly<Record<string, string>>;

/** A histogram for Prometheus whose figures are kept outside of prom-client, which looks up labels at each observation. */
export class TimingHistogram extends Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #read: () => Iterable<readonly [Labels, Timing]>;

  constructor(parts: {
    name: string;
    help: string;
    labelNames: string[];
    registry: Registry;
    read: () => Iterable<readonly [Labels, Timing]>;
  }) {
    const { name, help, labelNames, registry } = parts;
    super({ name, help, labelNames, registers: [registry] });
    this.#name = name;
    this.#help = help;
    this.#read = parts.read;
  }

  /** A registry of prom-client calls this, and so does the histogram's own `get`. */
  async getForPromString(): Promise<object> {
    const values: object[] = [];
    for (const [sharedLabels, timing] of this.#read()) {
      const { count, sumSeconds, buckets } = timing.read();
      if (count === 0) continue;
      for (const [le, value] of buckets) {
        values.push({ metricName: `${this.#name}_bucket`, labels: { le }, sharedLabels, value });
      }
      values.push({ metricName: `${this.#name}_sum`, labels: {}, sharedLabels, value: sumSeconds });
      values.push({ metricName: `${this.#name}_count`, labels: {}, sharedLabels, value: count });
    }
    return { name: this.#name, help: this.#help, type: 'histogram', aggregator: 'sum', values };
  }
}
