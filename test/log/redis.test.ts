import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { RedisLog } from '../../src/log/redis/log.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import { Nodes } from '../../src/redis/nodes.ts';
import { KeptLog } from '../kit/log.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { redisTimeBy } from '../kit/manual-redis-time.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { RedisClusterServers } from '../kit/redis-cluster.ts';
import { until } from '../kit/waiting.ts';
import { empty, settle, settlerOn } from '../roomlog/redis-kit.ts';
import { describeLog } from './contract.ts';
import { count, counterAggregate } from './counter.ts';
import { follow, KEY, LOG_BOUNDS, type MakeCounterLog } from './kit.ts';

vi.mock('../../src/redis/script.ts', () => import('../kit/manual-redis-time.ts'));

/** Longer than any test: here nodes stand still while the clock does. */
const NEVER_DEAD_MS = 3_600_000;

const binary = findRedis();

/** One node's log of counters. */
async function startLog(urls: readonly string[], ...[options]: Parameters<MakeCounterLog>) {
  const clock = new ManualClock();
  redisTimeBy(clock);
  const redis = new RedisConnection({ urls, lostMs: 5000 }, clock, new KeptLog());
  await redis.opened(10_000);
  const nodes = new Nodes(redis, clock, NEVER_DEAD_MS);
  const log = await RedisLog.open(
    counterAggregate(options.graceMs),
    { redis, nodes, clock },
    options,
  );
  const close = async () => {
    await log.close();
    await nodes.leave();
    await redis.close();
  };
  return { log, clock, redis, nodes, close };
}

describe.skipIf(binary === null)('on a real Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start(binary ?? '');
  });
  afterAll(() => server.dispose());

  describeLog('the log', async (options) => {
    await empty(server.url);
    const node = await startLog([server.url], options);
    return { ...node, settle: () => settle([node]) };
  });

  test('two kinds of aggregates on one connection keep apart, also under the same key', async () => {
    await empty(server.url);
    const node = await startLog([server.url], LOG_BOUNDS);
    const { log, clock, redis, nodes } = node;
    const kind = { ...counterAggregate(LOG_BOUNDS.graceMs), name: 'other' };
    const other = await RedisLog.open(kind, { redis, nodes, clock }, LOG_BOUNDS);
    const settled = { clock, settle: () => settle([node]), close: node.close };
    const one = await follow({ log, ...settled }, 'ann');
    const two = await follow({ log: other, ...settled }, 'ann');
    await log.run(KEY, count(1));
    await other.run(KEY, count(10));
    await other.run(KEY, count(10));
    await settled.settle();
    expect([one.counts(), two.counts()]).toEqual([[1], [10, 20]]);
    await other.close();
    await node.close();
  });

  test('a dead node that another version has forgotten is cleaned up after all the same', async () => {
    await empty(server.url);
    const dead = await startLog([server.url], LOG_BOUNDS);
    const { nodeId } = dead.nodes;
    await follow({ ...dead, settle: () => settle([dead]) }, 'ann');
    // It dies, and a node that knows no counters cleans up after it.
    await dead.redis.close();
    const client = new Redis(server.url);
    await client.zrem('peerql:nodes', nodeId);
    const next = await startLog([server.url], LOG_BOUNDS);
    const holder = async () => (await next.log.read(KEY))?.followers[0]?.node;
    const known = async () => String(await client.smembers('peerql:counter:nodes'));
    await until(async () => (await known()) === next.nodes.nodeId, 'the dead node to be forgotten');
    expect(await holder()).toBe(next.nodes.nodeId);
    client.disconnect();
    await next.close();
  });
});

describe.skipIf(binary === null)('on a real Redis Cluster', () => {
  let cluster: RedisClusterServers;
  beforeAll(async () => {
    cluster = await RedisClusterServers.start(binary ?? '');
  });
  afterAll(() => cluster.dispose());

  describeLog('the log', async (options) => {
    await cluster.empty();
    const node = await startLog(cluster.urls, options);
    return { ...node, settle: await settlerOn([node], cluster.channels('settled')) };
  });
});
