import { Redis } from 'ioredis';
import type { Clock } from '../../src/domain/clock.ts';
import type { Hold, Log } from '../../src/domain/log.ts';
import { roomAggregate } from '../../src/domain/room/aggregate.ts';
import type { RoomKind } from '../../src/domain/room/course.ts';
import { type Knock, LiveRooms } from '../../src/domain/room/live-rooms.ts';
import { RedisLog } from '../../src/log/redis/log.ts';
import type { RedisPlace } from '../../src/redis/clients.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import { Nodes } from '../../src/redis/nodes.ts';
import { KeptLog } from '../kit/log.ts';
import type { Bounds } from './kit.ts';

/** One node of a cluster, as far as rooms go. */
export interface Node {
  readonly log: LiveRooms;
  /** What the rooms are in. */
  readonly under: Log<RoomKind>;
  readonly redis: RedisConnection;
  readonly nodes: Nodes;
  readonly options: Bounds;
  close(): Promise<void>;
}

export interface NodeOptions extends Bounds {
  /** After how long without a sign of life a node is dead, in milliseconds. */
  readonly deadMs?: number;
}

export async function startNode(
  at: string | readonly string[] | RedisPlace,
  options: NodeOptions,
  clock: Clock,
): Promise<Node> {
  const place = typeof at === 'object' && 'urls' in at ? at : { urls: [at].flat() };
  const redis = new RedisConnection({ ...place, lostMs: 5000 }, clock, new KeptLog());
  await redis.opened(10_000);
  const nodes = new Nodes(redis, clock, options.deadMs);
  const under = await RedisLog.open(roomAggregate(options), { redis, nodes, clock }, options);
  const log = new LiveRooms(under, options);
  return {
    log,
    under,
    redis,
    nodes,
    options,
    async close() {
      await log.close();
      await nodes.leave().catch(() => {});
      await redis.close();
    },
  };
}

/** Resolves when what was done on these nodes has come to all of them. */
export async function settle(nodes: readonly Pick<Node, 'redis'>[]): Promise<void> {
  // What comes may make a node do something in its turn.
  for (let round = 0; round < 8; round += 1) {
    await Promise.all(nodes.map(({ redis }) => redis.settled()));
  }
}

/** As {@link settle}, on a Redis Cluster, where each master tells a node of its rooms by a connection of its own. */
export async function settlerOn(
  nodes: readonly Pick<Node, 'redis'>[],
  channels: readonly string[],
): Promise<() => Promise<void>> {
  const heard = new Map<string, number>();
  const expected = nodes.length * channels.length;
  let arrived = () => {};
  for (const { redis } of nodes) {
    for (const channel of channels) {
      await redis.listen(channel, (mark) => {
        heard.set(mark, (heard.get(mark) ?? 0) + 1);
        arrived();
      });
    }
  }
  let round = 0;
  return async () => {
    for (const end = round + 3; round < end; round += 1) {
      await settle(nodes);
      const mark = String(round);
      const all = new Promise<void>((resolve) => {
        arrived = () => heard.get(mark) === expected && resolve();
      });
      for (const channel of channels) {
        await nodes[0]?.redis.do((client) => client.spublish(channel, mark));
      }
      await all;
    }
  };
}

export async function empty(url: string): Promise<void> {
  const client = new Redis(url);
  await client.flushall();
  client.disconnect();
}

/** Cuts every connection that listens. */
export async function dropListeners(url: string): Promise<void> {
  const client = new Redis(url);
  await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  client.disconnect();
}

/** Several nodes as one: each entrance goes to the next one, and what belongs to a hold to the one that has it. */
export function roundRobin(nodes: readonly Node[]): LiveRooms {
  const [first] = nodes;
  if (first === undefined) throw new Error('There is no node.');
  return new RoundRobin(first, nodes);
}

class RoundRobin extends LiveRooms {
  readonly #logs: readonly LiveRooms[];
  readonly #holders = new Map<string, LiveRooms>();
  readonly #knockers = new Map<string, LiveRooms>();
  #calls = 0;

  constructor(first: Node, nodes: readonly Node[]) {
    super(first.under, first.options);
    this.#logs = nodes.map(({ log }) => log);
  }

  override async enter(...args: Parameters<LiveRooms['enter']>) {
    const log = this.#next();
    const entered = await log.enter(...args);
    this.#holders.set(keyOf(entered.hold), log);
    return entered;
  }

  override detach(hold: Hold) {
    return this.#holder(hold).detach(hold);
  }

  override release(...args: Parameters<LiveRooms['release']>) {
    return this.#holder(args[0]).release(...args);
  }

  override leave(...args: Parameters<LiveRooms['leave']>) {
    return this.#of(args[1]).leave(...args);
  }

  override async endSession(...args: Parameters<LiveRooms['endSession']>) {
    await Promise.all(this.#logs.map((log) => log.endSession(...args)));
  }

  override send(...args: Parameters<LiveRooms['send']>) {
    return this.#of(args[1]).send(...args);
  }

  override setMedia(...args: Parameters<LiveRooms['setMedia']>) {
    return this.#of(args[1]).setMedia(...args);
  }

  override raiseHand(...args: Parameters<LiveRooms['raiseHand']>) {
    return this.#of(args[1]).raiseHand(...args);
  }

  override sendMessage(...args: Parameters<LiveRooms['sendMessage']>) {
    return this.#of(args[1]).sendMessage(...args);
  }

  override rename(...args: Parameters<LiveRooms['rename']>) {
    return this.#next().rename(...args);
  }

  override remove(...args: Parameters<LiveRooms['remove']>) {
    return (args[1] === null ? this.#next() : this.#of(args[1])).remove(...args);
  }

  override requestMute(...args: Parameters<LiveRooms['requestMute']>) {
    return this.#of(args[1]).requestMute(...args);
  }

  override update(...args: Parameters<LiveRooms['update']>) {
    return this.#next().update(...args);
  }

  override async knock(...args: Parameters<LiveRooms['knock']>) {
    const log = this.#next();
    const knock = await log.knock(...args);
    this.#knockers.set(knock.knockId, log);
    return knock;
  }

  override answerKnock(...args: Parameters<LiveRooms['answerKnock']>) {
    return this.#of(args[1]).answerKnock(...args);
  }

  override withdraw(knock: Knock) {
    return (this.#knockers.get(knock.knockId) ?? this.#next()).withdraw(knock);
  }

  override participants(roomId: string) {
    return this.#next().participants(roomId);
  }

  override closeRoom(...args: Parameters<LiveRooms['closeRoom']>) {
    return this.#next().closeRoom(...args);
  }

  override observe(...args: Parameters<LiveRooms['observe']>) {
    for (const log of this.#logs) log.observe(...args);
  }

  override occupied() {
    return [...new Set(this.#logs.flatMap((log) => log.occupied()))];
  }

  override async close() {
    await Promise.all(this.#logs.map((log) => log.close()));
  }

  #next(): LiveRooms {
    this.#calls += 1;
    const log = this.#logs[this.#calls % this.#logs.length];
    if (log === undefined) throw new Error('There is no node.');
    return log;
  }

  /** What one participant asks goes through one connection, not always that of its socket. */
  #of(userId: string): LiveRooms {
    return this.#logs[userId.length % this.#logs.length] ?? this.#next();
  }

  #holder(hold: Hold): LiveRooms {
    return this.#holders.get(keyOf(hold)) ?? this.#next();
  }
}

function keyOf({ id, fence }: Hold): string {
  return `${id}/${fence}`;
}
