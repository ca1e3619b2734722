import { afterAll, beforeAll, describe, vi } from 'vitest';
import { RedisLog } from '../../src/log/redis/log.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import { Nodes } from '../../src/redis/nodes.ts';
import { KeptLog } from '../kit/log.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { redisTimeBy } from '../kit/manual-redis-time.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { RedisClusterServers } from '../kit/redis-cluster.ts';
import { empty, settle, settlerOn } from '../roomlog/redis-kit.ts';
import { describeLog } from './contract.ts';
import { counterAggregate } from './counter.ts';
import type { MakeCounterLog } from './kit.ts';

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
  return { log, clock, redis, close };
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
