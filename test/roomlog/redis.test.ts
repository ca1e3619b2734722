import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { UnavailableError } from '../../src/domain/errors.ts';
import { scripts } from '../../src/log/redis/scripts.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { redisTimeBy } from '../kit/manual-redis-time.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { RedisClusterServers } from '../kit/redis-cluster.ts';
import { until } from '../kit/waiting.ts';
import { describeRoomLog } from './contract.ts';
import { BOUNDS, enter, failure, type MakeLog, offer, ROOM } from './kit.ts';
import { empty, roundRobin, settle, settlerOn, startNode } from './redis-kit.ts';

vi.mock('../../src/redis/script.ts', () => import('../kit/manual-redis-time.ts'));

/** Longer than any test: here nodes stand still while the clock does. */
const NEVER_DEAD_MS = 3_600_000;

const binary = findRedis();

describe.skipIf(binary === null)('on a real Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start(binary ?? '');
  });
  afterAll(() => server.dispose());

  const makeOn =
    (count: number): MakeLog =>
    async (bounds) => {
      await empty(server.url);
      const clock = new ManualClock();
      redisTimeBy(clock);
      const options = { ...bounds, deadMs: NEVER_DEAD_MS };
      const nodes = await Promise.all(
        Array.from({ length: count }, () => startNode(server.url, options, clock)),
      );
      return {
        log: roundRobin(nodes),
        clock,
        settle: () => settle(nodes),
        async close() {
          await Promise.all(nodes.map((node) => node.close()));
        },
      };
    };

  test('signals that are sent while a call is under way go by one call', async () => {
    const under = await makeOn(1)(BOUNDS);
    await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    const before = await scriptCalls(server.url);
    // So that the first call is under way for as long as the others come.
    server.pause();
    const sent: Promise<string>[] = [];
    for (let index = 0; index < 20; index += 1) {
      sent.push(Promise.resolve(under.log.send(ROOM, 'ann', bob.id, offer(index), null)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    server.resume();
    await Promise.all(sent);
    expect(await scriptCalls(server.url)).toBe(before + 2);
    await under.settle();
    expect(bob.offers()).toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
    await under.close();
  });

  test('an attempt to come back that was not stored is undone after one of the same moment that was: it stays', async () => {
    await empty(server.url);
    const clock = new ManualClock();
    redisTimeBy(clock);
    const node = await startNode(server.url, { ...BOUNDS, deadMs: NEVER_DEAD_MS }, clock);
    const under = { log: node.log, clock, settle: () => settle([node]), close: node.close };
    const bob = await enter(under, 'bob');
    const ann = await enter(under, 'ann');
    await node.log.detach(ann.entered.hold);
    const call = vi.spyOn(node.redis, 'call');
    const real = RedisConnection.prototype.call.bind(node.redis);
    let refused = 0;
    // The attempt, and the first try to undo it.
    call.mockImplementation((script, ...rest) => {
      if (script !== scripts.commit || refused === 2) return real(script, ...rest);
      refused += 1;
      return Promise.reject(new UnavailableError());
    });
    expect(await failure(() => enter(under, 'ann'))).toBeInstanceOf(UnavailableError);
    await until(() => refused === 2, 'the undoing to fail');
    const again = await enter(under, 'ann');
    await clock.advance(5000);
    await under.settle();
    expect(again.outcome).toBe('open');
    const states = bob.of('ParticipantUpdated').map(({ participant }) => participant.connection);
    expect(states.slice(-2)).toEqual(['RECONNECTING', 'CONNECTED']);
    await node.close();
  });

  describeRoomLog('the room log of one node', makeOn(1));
  describeRoomLog('the room log of two nodes', makeOn(2));
});

/** How many scripts Redis has run. */
async function scriptCalls(url: string): Promise<number> {
  const client = new Redis(url);
  const [, calls] = /cmdstat_evalsha:calls=(\d+)/.exec(await client.info('commandstats')) ?? [];
  client.disconnect();
  return Number(calls);
}

describe.skipIf(binary === null)('on a real Redis Cluster', () => {
  let cluster: RedisClusterServers;
  beforeAll(async () => {
    cluster = await RedisClusterServers.start(binary ?? '');
  });
  afterAll(() => cluster.dispose());

  const make: MakeLog = async (bounds) => {
    await cluster.empty();
    const clock = new ManualClock();
    redisTimeBy(clock);
    const options = { ...bounds, deadMs: NEVER_DEAD_MS };
    const nodes = [
      await startNode(cluster.urls, options, clock),
      await startNode(cluster.urls, options, clock),
    ];
    return {
      log: roundRobin(nodes),
      clock,
      settle: await settlerOn(nodes, cluster.channels('settled')),
      async close() {
        await Promise.all(nodes.map((node) => node.close()));
      },
    };
  };

  describeRoomLog('the room log of two nodes', make);
});
