import type { Sample } from './rounds.ts';
import { type Spread, spread } from './statistics.ts';
import { differences, idleSlope, ratios } from './summary.ts';

/** One of PeerQL's own goals, and whether this run meets it. */
export interface Goal {
  what: string;
  bound: string;
  measured: Spread | null;
  /** Null if this run has no figure for it. */
  met: boolean | null;
}

const p99 = (sample: Sample) => (sample.void ? null : (sample.measured?.latency?.p99 ?? null));

/** The goals as ratios of PeerQL to a peer in the same round; the median decides. */
export function goals(samples: readonly Sample[]): Goal[] {
  const cpu = (workload: string, to: string, toWorkload = workload, of = 'peerql') =>
    spread(ratios(samples, workload, of, to, undefined, toWorkload));
  const doubled = (found: Spread | null) =>
    found && { median: 2 * found.median, min: 2 * found.min, max: 2 * found.max };
  const inverse = (found: Spread | null) =>
    found && { median: 1 / found.median, min: 1 / found.max, max: 1 / found.min };
  const idle = samples.filter(({ workload, server }) => workload === 'E' && server === 'peerql');
  const bytes = spread(idle.flatMap((sample) => idleSlope(sample) ?? []));
  const kilobytes = bytes && {
    median: bytes.median / 1024,
    min: bytes.min / 1024,
    max: bytes.max / 1024,
  };
  return [
    atMost(
      '(B) CPU a signal ÷ Socket.IO without acknowledgement',
      1,
      cpu('B-saturation', 'socketio'),
    ),
    atMost(
      '(B) CPU a signal ÷ Socket.IO with acknowledgement',
      0.65,
      cpu('B-saturation', 'socketio-ack'),
    ),
    atLeast(
      '(B) CPU a signal of Yoga + graphql-ws ÷ PeerQL',
      4,
      inverse(cpu('B-saturation', 'yoga')),
    ),
    atMost(
      '(B) CPU a candidate in batches of 5 ÷ Socket.IO one by one',
      0.4,
      cpu('B-batch-5', 'socketio', 'B-saturation'),
    ),
    atLeast(
      '(A) calls a core as the SDK sends (5 a batch) ÷ Socket.IO with acknowledgement one by one',
      1.5,
      inverse(cpu('A-batch-5', 'socketio-ack', 'A')),
    ),
    atLeast(
      '(A) calls a core ÷ Socket.IO with acknowledgement, both one by one',
      1.5,
      inverse(cpu('A', 'socketio-ack')),
    ),
    atMost('(D) CPU an event at 100 receivers ÷ raw ws relay', 1.2, cpu('D-100', 'ws')),
    atMost('(E) KB of RSS a joined participant', 12, kilobytes),
    atMost('(E) RSS a joined participant ÷ Socket.IO', 1, cpu('E', 'socketio')),
    atMost(
      '(B) p99 at half of its saturation ÷ Socket.IO’s at half of its',
      1,
      spread(ratios(samples, 'B-half', 'peerql', 'socketio', p99)),
    ),
    atMost(
      '(B) p99 at 5,000 signals a second ÷ Socket.IO with acknowledgement',
      1,
      spread(ratios(samples, 'B-rate-5000', 'peerql', 'socketio-ack', p99)),
    ),
    atMost(
      '(R) CPU of the node a signal through Redis ÷ in one process, each at its saturation',
      1.8,
      cpu('R-saturation', 'peerql', 'R-saturation', 'peerql-redis-1'),
    ),
    atMost(
      '(R) the same, both at 5,000 signals a second',
      1.8,
      cpu('R-rate-5000', 'peerql', 'R-rate-5000', 'peerql-redis-1'),
    ),
    atMost(
      '(R) CPU of two nodes a signal ÷ Socket.IO with acknowledgement by Redis streams',
      1,
      cpu('R-saturation', 'socketio-redis-2', 'R-saturation', 'peerql-redis-2'),
    ),
    atLeast(
      '(R) what two nodes can do ÷ one, by CPU a signal, 50 pairs a node',
      1.7,
      doubled(cpu('R-saturation', 'peerql-redis-2', 'R-doubled', 'peerql-redis-1')),
    ),
    atLeast(
      '(R) the same where the two of each pair are at different nodes',
      1.7,
      doubled(cpu('R-saturation', 'peerql-redis-2', 'R-apart', 'peerql-redis-1')),
    ),
    atLeast(
      '(R) the same at 5,000 signals a second and node, as a cluster is run',
      1.7,
      doubled(cpu('R-rate-5000', 'peerql-redis-2', 'R-rate-10000', 'peerql-redis-1')),
    ),
    atMost(
      '(R) ms of p99 that Redis and two nodes add at 5,000 signals a second, where a third of the machine or more is free',
      5,
      spread(differences(samples, 'R-rate-5000', 'peerql-redis-2', 'peerql', p99)),
    ),
    atMost(
      '(R) the same at half of the saturation of each, where the machine is full',
      5,
      spread(differences(samples, 'R-half', 'peerql-redis-2', 'peerql', p99)),
    ),
    atMost('(L) CPU a signal at 16× the rooms ÷ at 1×', 1.5, cpu('L-16x', 'peerql', 'L-1x')),
  ];
}

function atMost(what: string, bound: number, measured: Spread | null): Goal {
  const met = measured && measured.median <= bound;
  return { what, bound: `≤ ${bound}`, measured, met };
}

function atLeast(what: string, bound: number, measured: Spread | null): Goal {
  const met = measured && measured.median >= bound;
  return { what, bound: `≥ ${bound}`, measured, met };
}
