import type { Plan, PlannedWorkload } from './plan.ts';
import type { Sample } from './rounds.ts';
import { type Spread, spread } from './statistics.ts';

/** The results of all rounds for one workload and one server. */
export interface Row {
  workload: string;
  title: string;
  unit: string;
  server: string;
  label: string;
  rounds: number;
  void: number;
  /** The server's CPU microseconds per unit. */
  cpu: Spread | null;
  /** PeerQL's CPU per unit divided by this server's, in the same round. */
  ratio: Spread | null;
  perSecond: Spread | null;
  /** CPU microseconds of Redis per unit. */
  redis: Spread | null;
  p50: Spread | null;
  p99: Spread | null;
  p999: Spread | null;
  /** The share of a core that the generator used. */
  generator: Spread | null;
  lost: number;
  repeated: number;
  reordered: number;
  counts: Record<string, number>;
}

/** Bytes of RSS per joined participant, from the last two numbers of the plan. */
export function idleSlope(sample: Sample): number | null {
  const [low, high] = sample.memory?.slice(-2) ?? [];
  if (!low || !high || sample.void) return null;
  return (high.rssBytes - low.rssBytes) / (high.participants - low.participants);
}

/** The figure by which servers are compared in a workload: CPU per unit, bytes per participant, or p99. */
export function costOf(sample: Sample, latencyOnly = false): number | null {
  if (sample.void) return null;
  if (sample.workload === 'E') return idleSlope(sample);
  if (!sample.measured) return null;
  if (latencyOnly) return sample.measured.latency?.p99 ?? null;
  return sample.measured.server.cpuMicros / sample.measured.units;
}

/** PeerQL's cost divided by the other's, for each round in which both have one. */
export function ratios(
  samples: readonly Sample[],
  workload: string,
  of: string,
  to: string,
  cost: (sample: Sample) => number | null = costOf,
  toWorkload = workload,
): number[] {
  const found: number[] = [];
  for (const sample of samples) {
    if (sample.workload !== workload || sample.server !== of) continue;
    const other = samples.find(
      ({ round, workload: same, server }) =>
        round === sample.round && same === toWorkload && server === to,
    );
    const own = cost(sample);
    const others = other ? cost(other) : null;
    if (own !== null && others !== null && others > 0) found.push(own / others);
  }
  return found;
}

/** One server's figure minus the other's, for each round in which both have one. */
export function differences(
  samples: readonly Sample[],
  workload: string,
  of: string,
  to: string,
  figure: (sample: Sample) => number | null,
): number[] {
  return samples.flatMap((sample) => {
    if (sample.workload !== workload || sample.server !== of) return [];
    const other = samples.find(
      (one) => one.round === sample.round && one.workload === workload && one.server === to,
    );
    const own = figure(sample);
    const others = other ? figure(other) : null;
    return own !== null && others !== null ? [own - others] : [];
  });
}

const idle: PlannedWorkload = {
  id: 'E',
  title: 'E  idle participants, bytes of RSS each',
  unit: 'participant',
  choice: () => null,
};

/** One row for each workload and server, in the order of the plan. */
export function summarise(
  plan: Plan,
  samples: readonly Sample[],
  labels: ReadonlyMap<string, string>,
): Row[] {
  const rows: Row[] = [];
  for (const workload of [...plan.workloads, idle]) {
    for (const [server, label] of labels) {
      const own = samples.filter(
        (sample) => sample.workload === workload.id && sample.server === server,
      );
      if (own.length > 0) rows.push(row(workload, server, label, own, samples));
    }
  }
  return rows;
}

function row(
  workload: PlannedWorkload,
  server: string,
  label: string,
  own: readonly Sample[],
  all: readonly Sample[],
): Row {
  const cost = (sample: Sample) => costOf(sample, workload.latencyOnly);
  const valid = own.filter((sample) => !sample.void);
  const measured = valid.flatMap((sample) => sample.measured ?? []);
  const sum = (of: 'lost' | 'repeated' | 'reordered') =>
    own.reduce((total, sample) => total + (sample.measured?.[of] ?? 0), 0);
  const counts: Record<string, number> = {};
  for (const one of measured) {
    for (const [name, count] of Object.entries(one.counts ?? {})) {
      counts[name] = (counts[name] ?? 0) + count;
    }
  }
  return {
    workload: workload.id,
    title: workload.title,
    unit: workload.unit,
    server,
    label,
    rounds: own.length,
    void: own.length - valid.length,
    cpu: workload.latencyOnly ? null : spread(valid.flatMap((sample) => cost(sample) ?? [])),
    ratio: spread(ratios(all, workload.id, 'peerql', server, cost)),
    perSecond: spread(measured.map(({ units, seconds }) => units / seconds)),
    redis: spread(
      measured.flatMap(({ redis, units }) => (redis === null ? [] : redis.cpuMicros / units)),
    ),
    p50: spread(measured.flatMap(({ latency }) => latency?.p50 ?? [])),
    p99: spread(measured.flatMap(({ latency }) => latency?.p99 ?? [])),
    p999: spread(measured.flatMap(({ latency }) => latency?.p999 ?? [])),
    generator: spread(measured.map(({ generator }) => generator.cpuMicros / generator.wallMicros)),
    lost: sum('lost'),
    repeated: sum('repeated'),
    reordered: sum('reordered'),
    counts,
  };
}
