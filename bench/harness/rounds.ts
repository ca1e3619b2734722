import { BenchPair, type Measured, type Memory } from './bench-pair.ts';
import { disturbance, fault } from './judge.ts';
import type { Plan, PlannedWorkload } from './plan.ts';
import type { ServerVariant } from './servers.ts';

/** One figure of one round, as it goes into the JSON file. */
export interface Sample {
  round: number;
  workload: string;
  server: string;
  /** Why it must not be used; null if it may be used. */
  void: string | null;
  /** Whether it is void because of a server's fault, and not because of a busy machine. */
  failed: boolean;
  measured: Measured | null;
  memory: Memory | null;
}

export interface Contestants {
  /** They take part in every workload that they support. */
  servers: ServerVariant[];
  /** They take part only in the repeated workloads. */
  variants: ServerVariant[];
  /** They take part only in the cluster workloads, together with PeerQL in one process. Empty without Redis. */
  clusters: ServerVariant[];
}

/** How often a figure is measured at most when something outside disturbs it. A fault is never repeated. */
const attempts = 3;

type Say = (line: string) => void;

/** One round: every workload against every server, one after the other, in a changing order. */
export async function runRound(
  round: number,
  plan: Plan,
  { servers, variants, clusters }: Contestants,
  say: Say,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  const pairs = new Map<string, BenchPair>();
  const pairOf = async (variant: ServerVariant) => {
    const running = pairs.get(variant.name);
    if (running && !running.ended) return running;
    const started = await BenchPair.start(variant);
    try {
      await started.warmUp(plan.warmUp);
    } catch (error) {
      await started.end();
      throw error;
    }
    pairs.set(variant.name, started);
    return started;
  };
  try {
    const needed = plan.workloads.some((workload) => workload.clusters) ? clusters : [];
    const others = plan.workloads.every((workload) => workload.clusters) ? [] : servers.slice(1);
    const repeating = plan.workloads.some(({ id }) => plan.repeated.includes(id)) ? variants : [];
    for (const variant of [...servers.slice(0, 1), ...others, ...repeating, ...needed]) {
      say(`${round} starts ${variant.label} and warms it up`);
      // A failure here is repeated, and recorded, with the first workload.
      await pairOf(variant).catch((error: Error) => say(error.message));
    }
    for (const [index, workload] of plan.workloads.entries()) {
      const taking = takingPart(workload, plan, { servers, variants, clusters });
      for (const variant of rotated(taking, round + index)) {
        if (workload.needs && !variant[workload.needs]) continue;
        const sample = await one(round, plan, workload, variant, samples, pairOf);
        if (!sample) continue;
        samples.push(sample);
        say(`${round} ${describe(sample, workload)}`);
        if (sample.measured === null) {
          await pairs.get(variant.name)?.end();
          pairs.delete(variant.name);
        }
      }
    }
  } finally {
    await Promise.all([...pairs.values()].map((pair) => pair.end()));
  }
  return samples;
}

/** The servers that take part; PeerQL is the first. */
function takingPart(
  workload: PlannedWorkload,
  plan: Plan,
  { servers, variants, clusters }: Contestants,
): readonly ServerVariant[] {
  if (workload.clusters) return clusters.length > 0 ? [...servers.slice(0, 1), ...clusters] : [];
  return plan.repeated.includes(workload.id) ? [...servers, ...variants] : servers;
}

/** Measures the memory of joined, idle participants; each server is started anew for this. */
export async function runIdleRound(
  round: number,
  plan: Plan,
  servers: readonly ServerVariant[],
  say: Say,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  const taking = servers.filter(
    ({ name }) => name === 'peerql' || plan.idlePeers === null || plan.idlePeers.includes(name),
  );
  for (const variant of rotated(taking, round)) {
    const sample: Sample = {
      round,
      workload: 'E',
      server: variant.name,
      void: null,
      failed: false,
      measured: null,
      memory: null,
    };
    const pair = await BenchPair.start(variant);
    try {
      const { memory, run } = await pair.memory(plan.idle);
      sample.memory = memory;
      if (run.lost > 0) sample.void = `${run.lost} lost: ${run.errors[0]}`;
    } catch (error) {
      sample.void = error instanceof Error ? error.message : String(error);
    } finally {
      await pair.end();
    }
    sample.failed = sample.void !== null;
    samples.push(sample);
    const sizes = sample.memory?.map(
      ({ participants, rssBytes }) => `${participants}: ${Math.round(rssBytes / 2 ** 20)} MB`,
    );
    say(`${round} E ${variant.label}: ${sample.void ?? sizes?.join(', ')}`);
  }
  return samples;
}

async function one(
  round: number,
  plan: Plan,
  workload: PlannedWorkload,
  variant: ServerVariant,
  soFar: readonly Sample[],
  pairOf: (variant: ServerVariant) => Promise<BenchPair>,
): Promise<Sample | null> {
  const choice = workload.choice(variant, (id) => {
    const found = soFar.find(
      (sample) => sample.workload === id && sample.server === variant.name && !sample.void,
    );
    return found?.measured ? { perSecond: found.measured.units / found.measured.seconds } : null;
  });
  if (!choice) return null;
  const sample = { round, workload: workload.id, server: variant.name, memory: null };
  try {
    const pair = await pairOf(variant);
    for (let attempt = 1; ; attempt++) {
      const measured = await pair.measure(choice, plan.warmSeconds, plan.seconds);
      const reason = fault(measured);
      const disturbed = reason === null ? disturbance(measured) : null;
      if (disturbed === null || attempt === attempts) {
        return { ...sample, void: reason ?? disturbed, failed: reason !== null, measured };
      }
    }
  } catch (error) {
    return {
      ...sample,
      void: error instanceof Error ? error.message : String(error),
      failed: true,
      measured: null,
    };
  }
}

function describe({ void: reason, measured, server }: Sample, { title, unit }: PlannedWorkload) {
  const cost = measured ? measured.server.cpuMicros / measured.units : Number.NaN;
  const figures = measured
    ? `${cost.toFixed(1)} µs/${unit}, ${Math.round(measured.units / measured.seconds)}/s`
    : 'no figure';
  return `${title} | ${server}: ${figures}${reason ? ` VOID ${reason}` : ''}`;
}

function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
