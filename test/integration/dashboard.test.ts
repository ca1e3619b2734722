import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { MailServer } from '../kit/mail-server.ts';
import { type Scrape, scrape } from '../kit/metrics.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, post, register } from '../kit/people.ts';
import { startServer } from '../kit/server.ts';

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const FILE = join(import.meta.dirname, '../../docs/grafana/peerql.json');
const dashboard = JSON.parse(readFileSync(FILE, 'utf8')) as {
  panels: Panel[];
  templating: { list: { name: string; definition?: string }[] };
};
const targets = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat }) => ({ title, expr, legendFormat })),
);
/** Labels that Prometheus adds itself. */
const OF_PROMETHEUS = ['instance', 'job'];
/** Metrics of what this server runs without, or of what did not happen; their names are looked up where they are declared. */
const ONLY_DECLARED = /^peerql_(redis_|webhooks_dropped_total|dependency_trouble)/;

/** The selectors of a query: metrics with the labels they are asked for. */
function selectorsOf(expr: string) {
  return [...expr.matchAll(/\b([a-z]\w*_\w+)\{([^}]*)\}/g)].map(([, name = '', inner = '']) => ({
    name,
    matchers: [...inner.matchAll(/(\w+)(=~|=|!=|!~)"([^"]*)"/g)].map(
      ([, label = '', operator = '', value = '']) => ({ label, operator, value }),
    ),
  }));
}

/** Labels that a query groups by, or its legend shows. */
function labelsUsed(expr: string, legend: string): string[] {
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(',').map((label) => label.trim()),
  );
  const shown = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
  return [...grouped, ...shown];
}

let seen: Scrape;

beforeAll(async () => {
  const gone = await MailServer.start();
  const { url } = gone;
  await gone.close();
  const server = await startServer({ env: { SMTP_URL: url, PREPARING_MS_PER_SECOND: '1000' } });
  const ann = await register(server.graphqlUrl, 'Ann');
  await post(server.graphqlUrl, '{ nothing }');
  await post(server.graphqlUrl, 'mutation { logout { __typename } }');
  const { id: roomId } = await createRoom(server.graphqlUrl, ann);
  const host = new Participant(server.socketUrl, ann);
  await host.join({ roomId, clientKey: 'ann' });
  await host.dispose();
  const again = new Participant(server.socketUrl, ann);
  await again.join({ roomId, clientKey: 'ann' });
  await again.offer(roomId, 'nobody', 'v=0');
  seen = await scrape(server.url);
  await again.dispose();
  await server.close();
});

describe('the dashboard', () => {
  test('has a query in every panel, and every query asks for a metric', () => {
    expect(targets.length).toBeGreaterThan(30);
    for (const { title, expr } of targets) expect(selectorsOf(expr), title).not.toEqual([]);
  });

  test.each(targets)('$title: $expr asks for what there is', ({ expr, legendFormat }) => {
    // Every name that looks like a metric stands in a selector, where it is looked at below.
    const names = [...expr.matchAll(/\b(?:peerql|nodejs|process)_\w+/g)].map(([name]) => name);
    expect(names).toEqual(selectorsOf(expr).map(({ name }) => name));
    for (const { name, matchers } of selectorsOf(expr)) {
      const metric = name.replace(/_(bucket|sum|count)$/, '');
      expect(seen.types.has(name) || seen.types.get(metric) === 'histogram', name).toBe(true);
      if (ONLY_DECLARED.test(name)) continue;
      const samples = seen.samples.filter((sample) => sample.name === name);
      expect(samples, name).not.toEqual([]);
      const labels = new Set([
        ...samples.flatMap((one) => Object.keys(one.labels)),
        ...OF_PROMETHEUS,
      ]);
      const asked = [...matchers.map(({ label }) => label), ...labelsUsed(expr, legendFormat)];
      expect([...labels]).toEqual(expect.arrayContaining(asked));
      for (const { label, operator, value } of matchers) {
        if (label === 'instance' || operator !== '=') continue;
        expect(seen.valuesOf(label, name)).toContain(value);
      }
    }
  });

  test('chooses servers by a metric that there is', () => {
    const { definition = '' } =
      dashboard.templating.list.find(({ name }) => name === 'instance') ?? {};
    const [, metric = ''] = /^label_values\((\w+), instance\)$/.exec(definition) ?? [];
    expect(seen.types.get(metric)).toBe('gauge');
  });

  test('shows every metric of this server', () => {
    const shown = targets.flatMap(({ expr }) => selectorsOf(expr).map(({ name }) => name));
    const own = [...seen.types.keys()].filter((name) => name.startsWith('peerql_'));
    const missing = own.filter((name) => !shown.some((one) => one.startsWith(name)));
    expect(missing).toEqual([]);
  });
});
