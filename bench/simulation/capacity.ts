import type { Micros } from './returning.ts';

/** The measured costs, which are committed next to this file as `costs.json`. */
export interface Costs {
  /** A signal from one participant to another, with its answer. */
  signal: Micros;
  /** A first join, from the handshake to the snapshot. */
  join: Micros;
  /** Coming back to a stay after a lost socket. */
  resume: Micros;
  /** One second of a participant that sends nothing. */
  idleSecond: Micros;
  /** Bytes of memory per participant. */
  nodeBytes: number;
  redisBytes: number;
}

/** How people call. */
export interface Habits {
  roomSize: number;
  /** How long a participant stays. */
  staySeconds: number;
  /**
   * How many signals two peers send each other to connect, in both directions together: offer, answer and batches of
   * candidates.
   */
  signalsPerPair: number;
  /** Media changes of a participant per hour; each costs about as much as a signal, and is told to all others. */
  changesPerHour: number;
}

/** How busy a part may be on average. The rest is for peaks, and for the load of parts that fail. */
export interface Targets {
  nodeShare: number;
  redisShare: number;
  participantsPerNode: number;
}

export interface Capacity {
  people: number;
  joinsPerSecond: number;
  signalsPerSecond: number;
  /** How many cores are busy. */
  nodeCores: number;
  redisCores: number;
  mongoCores: number;
  nodes: number;
  redisShards: number;
  /** Whether CPU or sockets determine the number of nodes. */
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
  // A newcomer connects to everybody who is there: on average half of the others, in a room that fills and empties.
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
