import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Metrics } from './metrics.ts';
import { type CallSeries, type Labels, type Timing, TimingHistogram } from './series.ts';

/** Values that are read only when they are asked for, so they cost nothing in between. */
export interface Levels {
  sockets(): number;
  /** Events that wait in each open subscription to a room. */
  waiting(): Iterable<number>;
  rooms(): number;
  /** How many passwords are being hashed, and how many wait. */
  passwords(): { readonly running: number; readonly waiting: number };
  /** What this server depends on, and whether it works. */
  dependencies(): Iterable<{
    readonly name: string;
    readonly up: boolean;
    /** What is wrong, in words; null: nothing. */
    readonly reason: string | null;
  }>;
  /** Lines of the log that were dropped. */
  logLinesDropped(): number;
}

/** Mutations that are signals, and the name of each signal. */
const SIGNALS: Readonly<Record<string, string>> = {
  sendOffer: 'offer',
  sendAnswer: 'answer',
  sendIceCandidates: 'candidates',
  sendMessage: 'message',
};
/** How often the event loop's lag is measured, in milliseconds. */
const LAG_PRECISION_MS = 20;

/**
 * The figures of the process belong to all servers in it, and their collectors cannot be stopped, so there is only one
 * set of them.
 */
let ofProcess: Registry | null = null;

function processMetrics(): Registry {
  if (ofProcess !== null) return ofProcess;
  ofProcess = new Registry();
  collectDefaultMetrics({ register: ofProcess, eventLoopMonitoringPrecision: LAG_PRECISION_MS });
  return ofProcess;
}

/** A registry of prom-client with everything that was counted, and the present levels. */
export function registryOf(counted: Metrics, levels: Levels): Registry {
  const registry = new Registry();
  registerTraffic(counted, levels, registry);
  registerDependencies(counted, levels, registry);
  return Registry.merge([registry, processMetrics()]);
}

function registerTraffic(counted: Metrics, levels: Levels, registry: Registry): void {
  const { gauge, counter } = collectors(registry);
  gauge('peerql_sockets', 'Open WebSockets.', () => levels.sockets());
  gauge('peerql_participants', 'Subscriptions to a room that a socket of this server holds.', () =>
    count(levels.waiting()),
  );
  gauge('peerql_rooms', 'Rooms with somebody in them or waiting.', () => levels.rooms());
  gauge('peerql_mailbox_events', 'Events that wait for slow readers, in all.', () =>
    [...levels.waiting()].reduce((all, one) => all + one, 0),
  );
  gauge('peerql_mailbox_events_max', 'Events that wait for the slowest reader.', () =>
    [...levels.waiting()].reduce((most, one) => Math.max(most, one), 0),
  );
  counter(
    'peerql_mailbox_overflows_total',
    'Readers that were too slow and were closed with 1013.',
    [],
    () => [[{}, counted.mailboxOverflows]],
  );
  counter('peerql_events_sent_total', 'Events of rooms that were written to sockets.', [], () => [
    [{}, counted.eventsSent],
  ]);
  counter('peerql_joins_total', 'Stays in rooms that began.', [], () => [[{}, counted.joins]]);
  counter(
    'peerql_resumes_total',
    'Clients that came back to a room, by whether they got everything that they had missed.',
    ['recovered'],
    () => [
      [{ recovered: 'true' }, counted.resumed],
      [{ recovered: 'false' }, counted.notResumed],
    ],
  );
  counter('peerql_socket_closes_total', 'WebSockets that closed.', ['code'], () =>
    labelled('code', counted.closes),
  );
  counter('peerql_signals_total', 'Signals that were accepted.', ['type'], () =>
    [...counted.operations].flatMap(([field, { succeeded }]): [Labels, number][] => {
      const type = SIGNALS[field];
      return type === undefined ? [] : [[{ type }, succeeded]];
    }),
  );
  counter(
    'peerql_operations_total',
    'Fields of Query, Mutation and Subscription that were answered, by the type of the answer.',
    ['operation', 'result'],
    () =>
      [...counted.operations].flatMap(([operation, { succeeded, failed }]): [Labels, number][] => [
        [{ operation, result: 'Success' }, succeeded],
        ...[...failed].map(([result, n]): [Labels, number] => [{ operation, result }, n]),
      ]),
  );
  counter(
    'peerql_webhooks_dropped_total',
    'Webhooks that were not kept, because of the pace of their room or user, the backlog, or memory.',
    ['reason'],
    () => labelled('reason', counted.webhooksDropped),
  );
  counter(
    'peerql_documents_refused_total',
    'GraphQL documents that were not run.',
    ['reason'],
    () => labelled('reason', counted.documentsRefused),
  );
  new TimingHistogram({
    name: 'peerql_operation_duration_seconds',
    help: 'How long fields of Query, Mutation and Subscription took to be resolved.',
    labelNames: ['operation'],
    registry,
    read: () => timings('operation', counted.operations),
  });
  new TimingHistogram({
    name: 'peerql_http_request_duration_seconds',
    help: 'How long HTTP requests took, from their headers to the end of the answer.',
    labelNames: ['route', 'status'],
    registry,
    read: () =>
      [...counted.requests].map(([key, timing]): [Labels, Timing] => {
        const [route = '', status = ''] = key.split(' ');
        return [{ route, status }, timing];
      }),
  });
}

function registerDependencies(counted: Metrics, levels: Levels, registry: Registry): void {
  const { gauge, counter } = collectors(registry);
  gauge(
    'peerql_password_hashes_running',
    'Passwords that are being hashed.',
    () => levels.passwords().running,
  );
  gauge(
    'peerql_password_hashes_waiting',
    'Passwords that wait to be hashed.',
    () => levels.passwords().waiting,
  );
  new Gauge({
    name: 'peerql_dependency_up',
    help: 'Whether what this server depends on works (1) or not (0).',
    labelNames: ['dependency'],
    registers: [registry],
    collect() {
      for (const { name, up } of levels.dependencies()) {
        this.set({ dependency: name }, up ? 1 : 0);
      }
    },
  });
  new Gauge({
    name: 'peerql_dependency_trouble',
    help: 'What is wrong with what this server depends on, in words; absent if nothing is wrong.',
    labelNames: ['dependency', 'reason'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { name, reason } of levels.dependencies()) {
        if (reason !== null) this.set({ dependency: name, reason }, 1);
      }
    },
  });
  counter(
    'peerql_log_lines_dropped_total',
    'Lines of the log that were dropped, because the reader of standard output took none.',
    [],
    () => [[{}, levels.logLinesDropped()]],
  );
  counter(
    'peerql_mails_total',
    'Mails that were given to the mail server, or could not be.',
    ['result'],
    () => [
      [{ result: 'sent' }, counted.mails.succeeded],
      [{ result: 'failed' }, sum(counted.mails.failed)],
    ],
  );
  for (const [name, calls] of [
    ['store', counted.storeCalls],
    ['redis', counted.redisCalls],
  ] as const) {
    counter(`peerql_${name}_failures_total`, `Calls to the ${name} that failed.`, ['call'], () =>
      [...calls].map(([call, { failed }]): [Labels, number] => [{ call }, sum(failed)]),
    );
    new TimingHistogram({
      name: `peerql_${name}_call_duration_seconds`,
      help: `How long calls to the ${name} took.`,
      labelNames: ['call'],
      registry,
      read: () => timings('call', calls),
    });
  }
}

/** Gauges and counters whose values are read when Prometheus asks. */
function collectors(registry: Registry) {
  const registers = [registry];
  return {
    gauge(name: string, help: string, read: () => number): void {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    },
    counter(
      name: string,
      help: string,
      labelNames: string[],
      read: () => Iterable<readonly [Labels, number]>,
    ): void {
      new Counter({
        name,
        help,
        labelNames,
        registers,
        collect() {
          this.reset();
          for (const [labels, value] of read()) this.inc({ ...labels }, value);
        },
      });
    },
  };
}

function labelled(label: string, counts: ReadonlyMap<string, number>): [Labels, number][] {
  return [...counts].map(([value, n]) => [{ [label]: value }, n]);
}

function* timings(
  label: string,
  series: ReadonlyMap<string, CallSeries>,
): Generator<[Labels, Timing]> {
  for (const [value, { timing }] of series) yield [{ [label]: value }, timing];
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((all, one) => all + one, 0);
}

function count(items: Iterable<unknown>): number {
  return [...items].length;
}
