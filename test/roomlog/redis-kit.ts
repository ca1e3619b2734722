import { Redis } from 'ioredis';
import type { Clock } from '../../src/domain/clock.ts';
import type { Mailbox } from '../../src/domain/mailbox.ts';
import type { Entered, Entrance, Hold, RoomLog } from '../../src/domain/signaling/ports.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import { Nodes } from '../../src/redis/nodes.ts';
import { scripts as shared } from '../../src/redis/scripts.ts';
import { RedisRoomLog } from '../../src/roomlog/redis/log.ts';
import type { RedisRoomLogOptions } from '../../src/roomlog/redis/parts.ts';
import { scripts } from '../../src/roomlog/redis/scripts.ts';
import { KeptLog } from '../kit/log.ts';

/** One node of a cluster, as far as the room log goes. */
export interface Node {
  readonly log: RedisRoomLog;
  readonly redis: RedisConnection;
  readonly nodes: Nodes;
  close(): Promise<void>;
}

export async function startNode(
  url: string | readonly string[],
  options: RedisRoomLogOptions,
  clock: Clock,
): Promise<Node> {
  const connection = { urls: [url].flat(), lostMs: 5000 };
  const redis = new RedisConnection(
    connection,
    [...Object.values(shared), ...Object.values(scripts)],
    clock,
    new KeptLog(),
  );
  await redis.opened(10_000);
  const nodes = new Nodes(redis, clock, options.deadMs);
  const log = await RedisRoomLog.open(redis, nodes, options, clock);
  return {
    log,
    redis,
    nodes,
    async close() {
      await log.close();
      await redis.close();
    },
  };
}

/** Resolves when what was done on these nodes has come to all of them. */
export async function settle(nodes: readonly Node[]): Promise<void> {
  // What comes may make a node do something in its turn.
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(nodes.map(({ redis }) => redis.settled()));
  }
}

/** As {@link settle}, on a Redis Cluster, where each master tells a node of its rooms by a connection of its own. */
export async function settlerOn(
  nodes: readonly Node[],
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

/** Several nodes as one log: each entrance goes to the next one, and what belongs to a hold to the one that has it. */
export function roundRobin(nodes: readonly Node[]): RoomLog {
  const logs = nodes.map(({ log }) => log);
  const holders = new Map<string, RedisRoomLog>();
  const keyOf = ({ stayId, fence }: Hold) => `${stayId}/${fence}`;
  let calls = 0;
  const next = (): RedisRoomLog => {
    calls += 1;
    const log = logs[calls % logs.length];
    if (log === undefined) throw new Error('There is no node.');
    return log;
  };
  // What one participant asks goes through one connection, not always that of its socket.
  const of = (userId: string): RedisRoomLog => logs[userId.length % logs.length] ?? next();
  const holder = (hold: Hold) => holders.get(keyOf(hold)) ?? next();
  const knockers = new Map<string, RedisRoomLog>();
  return {
    async enter(entrance: Entrance, mailbox: Mailbox): Promise<Entered> {
      const log = next();
      const entered = await log.enter(entrance, mailbox);
      holders.set(keyOf(entered.hold), log);
      return entered;
    },
    detach: (hold) => holder(hold).detach(hold),
    release: (hold, reason) => holder(hold).release(hold, reason),
    leave: (...args) => of(args[1]).leave(...args),
    async endSession(...args) {
      await Promise.all(logs.map((log) => log.endSession(...args)));
    },
    send: (...args) => of(args[1]).send(...args),
    setMedia: (...args) => of(args[1]).setMedia(...args),
    raiseHand: (...args) => of(args[1]).raiseHand(...args),
    sendMessage: (...args) => of(args[1]).sendMessage(...args),
    rename: (user) => next().rename(user),
    remove: (...args) => (args[1] === null ? next() : of(args[1])).remove(...args),
    requestMute: (...args) => of(args[1]).requestMute(...args),
    update: (room) => next().update(room),
    async knock(entrance, waiter) {
      const log = next();
      const knock = await log.knock(entrance, waiter);
      knockers.set(knock.knockId, log);
      return knock;
    },
    answerKnock: (...args) => of(args[1]).answerKnock(...args),
    withdraw: (knock) => (knockers.get(knock.knockId) ?? next()).withdraw(knock),
    participants: (roomId) => next().participants(roomId),
    closeRoom: (...args) => next().closeRoom(...args),
    observe(listener) {
      for (const log of logs) log.observe(listener);
    },
    occupied: () => [...new Set(logs.flatMap((log) => log.occupied()))],
    async close() {
      await Promise.all(logs.map((log) => log.close()));
    },
  };
}
