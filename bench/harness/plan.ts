import type { WorkloadChoice } from '../generator/main.ts';
import type { WarmUp } from './bench-pair.ts';
import type { ServerVariant } from './servers.ts';

/** A server's results of the round so far, by the workload's id. */
export type SoFar = (workload: string) => { perSecond: number } | null;

/** A workload, which makes one row of the table for each server. */
export interface PlannedWorkload {
  id: string;
  title: string;
  /** The unit that the CPU is divided by. */
  unit: string;
  /** Set if not every server supports the workload. */
  needs?: 'presence' | 'accounts' | 'calls';
  /** Only for clusters, and for PeerQL in one process as a comparison. */
  clusters?: boolean;
  /** Null if this server cannot run it: then the row is left out. */
  choice(server: ServerVariant, soFar: SoFar): WorkloadChoice | null;
  /** The figures are not a cost per unit: the CPU column is left empty. */
  latencyOnly?: boolean;
}

export interface Plan {
  rounds: number;
  /** A round is not started if it would probably end later than this; the first round always is. */
  withinSeconds: number;
  /** The warm-up of each server when it starts. */
  warmUp: WarmUp;
  /** The warm-up before each workload. */
  warmSeconds: number;
  seconds: number;
  workloads: PlannedWorkload[];
  /** The numbers of joined participants at which memory is read; the slope is between the last two. */
  idle: number[];
  idleRounds: number;
  /** The peers whose memory is read as well; null for all. */
  idlePeers: string[] | null;
  /** Workloads that are repeated with idempotency keys. */
  repeated: string[];
  /** How many accounts the largest room needs. */
  accounts: number;
}

const pairs = 50;
/** A server can sustain a fixed rate below this share of its saturation. */
const headroom = 0.8;

function relay(batch: number, inFlight = 4, count = pairs, apart = false): () => WorkloadChoice {
  return () => ({ name: 'signal-relay', pairs: count, batch, load: { inFlight }, seed: 1, apart });
}

function atRate(
  perSecond: number,
  saturated: string,
  waits: 'polling' | 'sleeping' = 'polling',
): PlannedWorkload['choice'] {
  return (_server, soFar) => {
    const saturation = soFar(saturated);
    if (!saturation || perSecond > saturation.perSecond * headroom) return null;
    return { name: 'signal-relay', pairs, batch: 1, load: { perSecond, waits }, seed: 1 };
  };
}

function atHalf(
  saturated: string,
  waits: 'polling' | 'sleeping' = 'polling',
): PlannedWorkload['choice'] {
  return (_server, soFar) => {
    const perSecond = (soFar(saturated)?.perSecond ?? 0) / 2;
    if (perSecond < 100) return null;
    return { name: 'signal-relay', pairs, batch: 1, load: { perSecond, waits }, seed: 1 };
  };
}

const callSetup = (batch: number): PlannedWorkload => ({
  id: batch === 1 ? 'A' : `A-batch-${batch}`,
  title: `A  call set-up, ${batch === 1 ? 'candidates one by one' : `candidates ${batch} a message`}`,
  unit: 'call',
  choice: () => ({ name: 'call-setup', pairs: 25, batch }),
});

const saturation: PlannedWorkload = {
  id: 'B-saturation',
  title: 'B  signals, 50 pairs, 4 in flight',
  unit: 'signal',
  choice: relay(1),
};

const batched: PlannedWorkload = {
  id: 'B-batch-5',
  title: 'B  the same, 5 candidates a message',
  unit: 'candidate',
  choice: relay(5),
};

const half: PlannedWorkload = {
  id: 'B-half',
  title: 'B  signals at half of its own saturation',
  unit: 'signal',
  choice: atHalf('B-saturation'),
};

const fixed = (perSecond: number): PlannedWorkload => ({
  id: `B-rate-${perSecond}`,
  title: `B  signals at ${perSecond.toLocaleString('en')} a second`,
  unit: 'signal',
  choice: atRate(perSecond, 'B-saturation'),
});

const mesh = (size: number): PlannedWorkload => ({
  id: `C-${size}`,
  title: `C  joins into a mesh of ${size}`,
  unit: 'join',
  needs: 'presence',
  choice: () => ({ name: 'mesh-joins', size, rooms: Math.max(1, Math.floor(64 / size)) }),
});

const presence = (receivers: number, inFlight = 1): PlannedWorkload => ({
  id: `D-${receivers}${inFlight > 1 ? '-burst' : ''}`,
  title: `D  presence to ${receivers}${inFlight > 1 ? `, ${inFlight} changes at once` : ''}`,
  unit: 'event',
  needs: 'presence',
  choice: () => ({
    name: 'presence',
    receivers,
    rooms: Math.max(1, Math.floor(200 / receivers)),
    inFlight,
  }),
});

const scaled = (factor: number): PlannedWorkload => ({
  id: `L-${factor}x`,
  title: `L  signals, ${16 * factor} pairs in rooms of their own (${factor}×)`,
  unit: 'signal',
  choice: relay(1, 4, 16 * factor),
});

const clustered = (
  id: string,
  title: string,
  choice: PlannedWorkload['choice'],
): PlannedWorkload => ({ id, title, unit: 'signal', clusters: true, choice });

/** For rows that are compared only with PeerQL on one node. */
const byTwoNodes =
  (choice: PlannedWorkload['choice']): PlannedWorkload['choice'] =>
  (server, soFar) =>
    server.cluster?.nodes === 2 && server.protocol.name === 'peerql' ? choice(server, soFar) : null;

const accounts = (call: 'register' | 'login'): PlannedWorkload => ({
  id: `F-${call}`,
  title: `F  ${call}, 8 at once`,
  unit: call === 'register' ? 'account' : 'sign-in',
  needs: 'accounts',
  choice: () => ({ name: 'accounts', call, lanes: 8 }),
});

const underLogins = (lanes: number): PlannedWorkload => ({
  id: lanes === 0 ? 'F-quiet' : 'F-flood',
  title: lanes === 0 ? 'F  500 signals a second, quiet' : `F  the same, ${lanes} sign-ins at once`,
  unit: 'signal',
  needs: 'accounts',
  latencyOnly: true,
  choice: () => ({ name: 'calls-under-logins', pairs: 20, perSecond: 500, lanes, seed: 1 }),
});

/** More than a node will have: `units / s` says how many it can do. */
const ringsPerSecond = 2000;

const rings = (count: number, accepted: boolean): PlannedWorkload => ({
  id: accepted ? 'G' : 'G-declined',
  title: `G  rings: ${accepted ? 'answered and hung up' : 'declined'}, at most 2,000 a second`,
  unit: accepted ? 'call' : 'ring',
  needs: 'calls',
  choice: () => ({ name: 'rings', pairs: count, perSecond: ringsPerSecond, accepted }),
});

export const fullPlan: Plan = {
  rounds: 5,
  withinSeconds: Number.POSITIVE_INFINITY,
  warmUp: { signals: 40_000, calls: 1200, rings: 6000, atMostSeconds: 8 },
  warmSeconds: 1,
  seconds: 2,
  workloads: [
    callSetup(1),
    callSetup(5),
    saturation,
    batched,
    half,
    fixed(1000),
    fixed(5000),
    fixed(10_000),
    mesh(4),
    mesh(8),
    mesh(16),
    mesh(50),
    presence(10),
    presence(100),
    presence(100, 4),
    presence(500),
    scaled(1),
    scaled(4),
    scaled(16),
    accounts('register'),
    accounts('login'),
    underLogins(0),
    underLogins(16),
    rings(pairs, true),
    rings(pairs, false),
    clustered('R-saturation', 'R  signals through Redis, 50 pairs, 4 in flight', relay(1)),
    // With this many pairs, Socket.IO's two nodes leave sends unanswered, so they are left out here.
    clustered('R-doubled', 'R  the same, 50 pairs a node', byTwoNodes(relay(1, 4, 2 * pairs))),
    clustered(
      'R-apart',
      'R  the same, each pair at two nodes',
      byTwoNodes(relay(1, 4, 2 * pairs, true)),
    ),
    clustered('R-half', 'R  at half of its own saturation', atHalf('R-saturation', 'sleeping')),
    clustered('R-rate-5000', 'R  at 5,000 a second', atRate(5000, 'R-saturation', 'sleeping')),
    clustered(
      'R-rate-10000',
      'R  at 10,000 a second',
      byTwoNodes(atRate(10_000, 'R-saturation', 'sleeping')),
    ),
  ],
  idle: [0, 1000, 10_000],
  idleRounds: 5,
  idlePeers: null,
  repeated: ['A-batch-5', 'B-saturation', 'B-batch-5', 'D-100'],
  accounts: 512,
};

export const quickPlan: Plan = {
  rounds: 3,
  withinSeconds: 210,
  warmUp: { signals: 10_000, calls: 200, rings: 1000, atMostSeconds: 1.5 },
  warmSeconds: 0.3,
  seconds: 0.7,
  workloads: [
    callSetup(1),
    callSetup(5),
    saturation,
    batched,
    half,
    mesh(8),
    presence(100),
    accounts('login'),
    underLogins(16),
    rings(16, true),
    rings(16, false),
  ],
  idle: [0, 500, 2500],
  idleRounds: 1,
  idlePeers: ['ws', 'socketio'],
  repeated: ['A-batch-5', 'B-batch-5'],
  accounts: 128,
};
