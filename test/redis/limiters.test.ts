import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { redisLimiters } from '../../src/redis/limiters.ts';
import { ExponentialThrottle, memoryLimiters } from '../../src/throttling/exponential-throttle.ts';
import { RememberedPlaces } from '../../src/throttling/known-places.ts';
import { MinuteAllowance } from '../../src/throttling/minute-allowance.ts';
import { FakeTime, findFakeTime } from '../kit/fake-time.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { pace, until } from '../kit/waiting.ts';
import { BOUNDS } from '../roomlog/kit.ts';
import { empty, type Node, startNode } from '../roomlog/redis-kit.ts';

const binary = findRedis();
const library = findFakeTime();

describe.skipIf(binary === null || library === null)(
  'a throttle or an allowance whose counters are in Redis',
  () => {
    const time = new FakeTime(library ?? '');
    let server: RedisServer;
    let one: Node;
    let two: Node;
    const limiters = (node: Node, name: string) =>
      redisLimiters({ ...node, alone: memoryLimiters(100) }, name);
    const throttle = (node: Node, name = 'tries', free = 3) =>
      new ExponentialThrottle(free, limiters(node, name));

    beforeAll(async () => {
      server = await RedisServer.start(binary ?? '', { time });
    });
    afterAll(async () => {
      await server.dispose();
      time.dispose();
    });
    beforeEach(async () => {
      time.set(0);
      await empty(server.url);
      one = await startNode(server.url, BOUNDS, systemClock);
      two = await startNode(server.url, BOUNDS, systemClock);
    });
    afterEach(() => Promise.all([one.close(), two.close()]));

    test('an allowance is for all nodes together; what is refused or given back is not taken', async () => {
      const [here, there] = [
        new MinuteAllowance(5, limiters(one, 'rings')),
        new MinuteAllowance(5, limiters(two, 'rings')),
      ];
      expect(await here.take('ann', 3)).toBe(0);
      expect(await there.take('ann', 3)).toBeGreaterThan(0);
      expect(await there.take('ann', 2)).toBe(0);
      expect(await here.take('ann')).toBeGreaterThan(50_000);
      await there.giveBack('ann', 2);
      expect(await here.take('ann', 2)).toBe(0);
      expect(await here.take('ann')).toBeLessThanOrEqual(60_000);
      expect(await here.take('bob', 5)).toBe(0);
    });

    test('counts the attempts at all nodes together, up to the limit and past it', async () => {
      const [here, there] = [throttle(one), throttle(two)];
      expect(await here.take('ann')).toBe(0);
      expect(await there.take('ann')).toBe(0);
      expect(await here.take('ann')).toBe(0);
      expect(await there.take('ann')).toBeGreaterThan(0);
      expect(await here.wait('ann')).toBeGreaterThan(0);
      expect(await there.wait('bob')).toBe(0);
      await here.forget('ann');
      expect(await there.take('ann')).toBe(0);
    });

    test('lets nobody wait for longer than said, and nobody in before', async () => {
      const tries = throttle(one, 'tries', 1);
      expect(await tries.take('ann')).toBe(0);
      const waitMs = await tries.take('ann');
      expect(waitMs).toBeGreaterThan(900);
      expect(waitMs).toBeLessThanOrEqual(1000);
      await pace(waitMs + 20);
      expect(await tries.wait('ann')).toBe(0);
      expect(await tries.take('ann')).toBe(0);
      expect(await tries.take('ann')).toBeGreaterThan(1900);
    });

    test('of one name counts nothing of another', async () => {
      const tries = throttle(one);
      for (let attempt = 0; attempt < 4; attempt += 1) await tries.take('ann');
      expect(await tries.wait('ann')).toBeGreaterThan(0);
      expect(await throttle(one, 'mails').wait('ann')).toBe(0);
    });

    test.each([3600, 60, 2, -2, -60, -3600])(
      'goes on as before when the clock of Redis is set by %i s',
      async (seconds) => {
        const [here, there] = [throttle(one, 'tries', 1), throttle(two, 'tries', 1)];
        const allowance = new MinuteAllowance(2, limiters(one, 'rings'));
        const places = new RememberedPlaces(limiters(one, 'places'));
        expect(await allowance.take('ann', 2)).toBe(0);
        await places.remember('ann@example.com', '192.0.2.1');
        // The first waits are over at once.
        for (let waited = 0; waited < 2; waited += 1) {
          await here.take('ann');
          await pace(await there.take('ann'));
        }
        await here.take('ann');
        const from = performance.now();
        const waitMs = await here.wait('ann');
        expect(waitMs).toBeGreaterThan(3000);
        time.set(seconds);
        const left = () => waitMs - (performance.now() - from);
        for (const tries of [here, there]) {
          expect(await tries.wait('ann')).toBeGreaterThan(left() - 300);
          expect(await tries.wait('ann')).toBeLessThan(left() + 300);
          expect(await tries.take('ann')).toBeGreaterThan(0);
        }
        // A node that starts now goes by the same time.
        const third = await startNode(server.url, BOUNDS, systemClock);
        const late = await throttle(third, 'tries', 1).wait('ann');
        expect(Math.abs(late - left())).toBeLessThan(2500);
        await third.close();
        const allowed = await allowance.take('ann');
        expect(allowed).toBeGreaterThan(40_000);
        expect(allowed).toBeLessThanOrEqual(60_000);
        expect(await places.knows('ann@example.com', '192.0.2.1')).toBe(true);
        await until(async () => (await there.wait('ann')) === 0, 'the wait to be over');
        expect(left()).toBeLessThan(300);
        expect(left()).toBeGreaterThan(-2000);
      },
      30_000,
    );

    test('counts by itself while Redis is away', async () => {
      const tries = throttle(one);
      expect(await tries.take('ann')).toBe(0);
      await server.stop();
      await until(() => !one.redis.isReady, 'Redis to be away');
      const waits: number[] = [];
      for (let attempt = 0; attempt < 4; attempt += 1) waits.push(await tries.take('ann'));
      expect(waits.slice(0, 3)).toEqual([0, 0, 0]);
      expect(waits[3]).toBeGreaterThan(0);
      await server.start();
    });
  },
);
