import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { redisLimiters } from '../../src/redis/limiters.ts';
import { ExponentialThrottle } from '../../src/throttling/exponential-throttle.ts';
import { MinuteAllowance } from '../../src/throttling/minute-allowance.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';

const binary = findRedis();

describe.skipIf(binary === null)('a throttle or an allowance whose counters are in Redis', () => {
  let server: RedisServer;
  let clients: Redis[];
  const throttle = (client: Redis, name = 'tries') =>
    new ExponentialThrottle(3, redisLimiters(client, name, 100));

  beforeAll(async () => {
    server = await RedisServer.start(binary ?? '');
  });
  afterAll(() => server.dispose());
  beforeEach(async () => {
    const options = { enableOfflineQueue: false, lazyConnect: true, retryStrategy: () => 50 };
    clients = [new Redis(server.url, options), new Redis(server.url, options)];
    for (const client of clients) {
      client.on('error', () => {});
      await client.connect();
    }
    await clients[0]?.flushall();
  });
  afterEach(() => {
    for (const client of clients) client.disconnect();
  });

  test('an allowance is for all nodes together; what is refused or given back is not taken', async () => {
    const [one, two] = clients.map(
      (client) => new MinuteAllowance(5, redisLimiters(client, 'rings', 100)),
    );
    if (!one || !two) throw new Error('A node is missing.');
    expect(await one.take('ann', 3)).toBe(0);
    expect(await two.take('ann', 3)).toBeGreaterThan(0);
    expect(await two.take('ann', 2)).toBe(0);
    expect(await one.take('ann')).toBeGreaterThan(50_000);
    await two.giveBack('ann', 2);
    expect(await one.take('ann', 2)).toBe(0);
    expect(await one.take('ann')).toBeLessThanOrEqual(60_000);
    expect(await one.take('bob', 5)).toBe(0);
  });

  test('counts the attempts at all nodes together, up to the limit and past it', async () => {
    const [one, two] = clients.map((client) => throttle(client));
    if (!one || !two) throw new Error('A node is missing.');
    expect(await one.take('ann')).toBe(0);
    expect(await two.take('ann')).toBe(0);
    expect(await one.take('ann')).toBe(0);
    expect(await two.take('ann')).toBeGreaterThan(0);
    expect(await one.wait('ann')).toBeGreaterThan(0);
    expect(await two.wait('bob')).toBe(0);
    await one.forget('ann');
    expect(await two.take('ann')).toBe(0);
  });

  test('of one name counts nothing of another', async () => {
    const [client] = clients;
    if (!client) throw new Error('A node is missing.');
    const tries = throttle(client);
    for (let attempt = 0; attempt < 4; attempt += 1) await tries.take('ann');
    expect(await tries.wait('ann')).toBeGreaterThan(0);
    expect(await throttle(client, 'mails').wait('ann')).toBe(0);
  });

  test('counts by itself while Redis is away', async () => {
    const [client] = clients;
    if (!client) throw new Error('A node is missing.');
    const tries = throttle(client);
    expect(await tries.take('ann')).toBe(0);
    const closed = new Promise((resolve) => client.once('close', resolve));
    await server.stop();
    await closed;
    const waits: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) waits.push(await tries.take('ann'));
    expect(waits.slice(0, 3)).toEqual([0, 0, 0]);
    expect(waits[3]).toBeGreaterThan(0);
    await server.start();
  });
});
