import type { Micros } from './returning.ts';

/** What was measured, and is committed beside this file as `costs.json`. */
export interface Costs {
  /** A signal from one participant to another, with its answer. */
  signal: Micros;
  /** A first join, from the handshake to the snapshot. */
  join: Micros;
  /** Coming back to a stay. */
  resume: Micros;
  /** A participant that says nothing, a second. */
  idleSecond: Micros;
  /** Bytes a participant holds. */
  nodeBytes: number;
  redisBytes: number;
}

/** How people call. */
export interface Habits {
  roomSize: number;
  /** How long a participant stays. */
  staySeconds: number;
  /** What two peers send each other to connect, both directions together: offer, answer and batches of candidates. */
  signalsPerPair: number;
  /** Media changes of a participant an hour; each costs about a signal, and is told to all others. */
  changesPerHour: number;
}

/** How full a part may be on average: what is left is for peaks, and for the load of parts that fail. */
export interface Targets {
  nodeShare: number;
  redisShare: number;
  participantsPerNode: number;
}

export interface Capacity {
  people: number;
  joinsPerSecond: number;
  signalsPerSecond: number;
  /** Cores that are busy. */
  nodeCores: number;
  redisCores: number;
  mongoCores: number;
  nodes: number;
  redisShards: number;
  /** Which of CPU and sockets asks for that many nodes. */
  nodesBy: 'CPU' | 'sockets';
  redisGigabytes: number;
}

export function capacity(
  people: number,
  costs: Costs,
  { roomSize, staySeconds, signalsPerPair, changesPerHour }: Habits,
  targets: Targets,
): Capacity {
  const joinsPerSecond = people / staySeconds;
  // Whoever joins connects with everybody who is there: half of the others, on average over a room that fills and empties.
  const signalsPerSecond =
    (joinsPerSecond * (roomSize - 1) * signalsPerPair) / 2 + (people * changesPerHour) / 3600;
  const cores = (part: keyof Micros) =>
    (joinsPerSecond * costs.join[part] +
      signalsPerSecond * costs.signal[part] +
      people * costs.idleSecond[part]) /
    1_000_000;
  const byCpu = Math.ceil(cores('node') / targets.nodeShare);
  const bySockets = Math.ceil(people / targets.participantsPerNode);
  return {
    people,
    joinsPerSecond,
    signalsPerSecond,
    nodeCores: cores('node'),
    redisCores: cores('redis'),
    mongoCores: cores('mongo'),
    nodes: Math.max(byCpu, bySockets),
    redisShards: Math.ceil(cores('redis') / targets.redisShare),
    nodesBy: byCpu > bySockets ? 'CPU' : 'sockets',
    redisGigabytes: (people * costs.redisBytes) / 1e9,
  };
}
