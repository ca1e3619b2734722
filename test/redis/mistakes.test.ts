import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { openRedis } from '../../src/redis/open.ts';
import { KeptLog } from '../kit/log.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { RedisClusterServers } from '../kit/redis-cluster.ts';
import { until } from '../kit/waiting.ts';

const binary = findRedis();
/** What only an operator can change is said at once, not after the time for which a start waits for Redis. */
const AT_ONCE_MS = 8000;

const open = (...urls: string[]) =>
  openRedis({ urls, lostMs: 5000 }, { clock: systemClock, log: new KeptLog() });

async function refusal(...urls: string[]): Promise<{ told: string; tookMs: number }> {
  const began = performance.now();
  const error: unknown = await open(...urls).then(
    () => null,
    (reason: unknown) => reason,
  );
  const told = error instanceof Error ? error.message : '';
  return { told, tookMs: performance.now() - began };
}

describe.skipIf(binary === null)('a start is refused with the reason', { timeout: 60_000 }, () => {
  let server: RedisServer;
  let admin: Redis;
  let cluster: RedisClusterServers;

  beforeAll(async () => {
    server = await RedisServer.start(binary ?? '');
    admin = new Redis(server.url);
    cluster = await RedisClusterServers.start(binary ?? '');
  });
  afterAll(async () => {
    admin.disconnect();
    await cluster?.dispose();
    await server?.dispose();
  });

  test('when REDIS_URL names one node of a Redis Cluster', async () => {
    const { told, tookMs } = await refusal(cluster.urls[0] ?? '');
    expect(told).toContain('REDIS_URL names one node of a Redis Cluster');
    expect(tookMs).toBeLessThan(AT_ONCE_MS);
  });

  test('when REDIS_URL names several, and they are no Redis Cluster', async () => {
    const { told, tookMs } = await refusal(server.url, server.url);
    expect(told).toContain('Redis is no Redis Cluster');
    expect(tookMs).toBeLessThan(AT_ONCE_MS);
  });

  test('when REDIS_URL names a database that is not there', async () => {
    const { told, tookMs } = await refusal(`${server.url}/99`);
    expect(told).toContain('names a database that this Redis does not have');
    expect(tookMs).toBeLessThan(AT_ONCE_MS);
  });

  test('and a script of another program that runs for long is told, and heals', async () => {
    const shared = await open(server.url);
    await admin.config('SET', 'busy-reply-threshold', 50);
    const other = new Redis(server.url);
    const busy = other.eval('while true do end', 0).catch(() => {});
    const reason = async () =>
      shared.ping().then(
        () => 'works',
        (error: Error) => error.message,
      );
    await until(async () => (await reason()).includes('busy with a script'), 'the reason');
    await admin.call('SCRIPT', 'KILL');
    await busy;
    await until(async () => (await reason()) === 'works', 'it to work again');
    other.disconnect();
    await shared.close();
  });
});
