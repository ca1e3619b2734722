import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { FakeTime, findFakeTime } from '../kit/fake-time.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { until } from '../kit/waiting.ts';
import { BOUNDS, enter, type LogUnderTest, offer, type Reader, ROOM } from './kit.ts';
import { empty, type Node, settle, startNode } from './redis-kit.ts';

const binary = findRedis();
const library = findFakeTime();
const GRACE_MS = 3000;
const options = { ...BOUNDS, replayEvents: 500, replayMs: 60_000, graceMs: GRACE_MS };
/** A node is taken for dead within this. */
const DEAD_MS = 12_000;
const HOUR_S = 3600;

describe.skipIf(binary === null || library === null)(
  'the clock of Redis is set',
  {
    timeout: 60_000,
  },
  () => {
    const time = new FakeTime(library ?? '');
    let server: RedisServer;
    let one: Node;
    let two: Node;
    let ann: Reader;
    let bob: Reader;

    const at = (node: Node): LogUnderTest => ({
      log: node.log,
      clock: new ManualClock(),
      settle: () => settle([node]),
      close: () => node.close(),
    });
    const stateOf = async (name: string) =>
      (await one.log.participants(ROOM)).find(({ user }) => user.name === name)?.connection ??
      'gone';
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
      one = await startNode(server.url, options, systemClock);
      two = await startNode(server.url, options, systemClock);
      ann = await enter(at(one), 'ann');
      bob = await enter(at(two), 'bob');
    });
    afterEach(() => Promise.all([one, two].map((node) => node.close())));

    for (const seconds of [2, -2, 3, -10, HOUR_S, -HOUR_S]) {
      test(`by ${seconds} s: who is in stays, joins and signals go on, a leaver’s grace runs as before`, async () => {
        const cem = await enter(at(two), 'cem');
        time.set(seconds);
        const dan = await enter(at(one), 'dan');
        for (const to of [bob, dan]) await one.log.send(ROOM, 'ann', to.id, offer(seconds), null);
        await settle([one, two]);
        expect([bob, dan].map((reader) => reader.offers())).toEqual([
          [`${seconds}`],
          [`${seconds}`],
        ]);
        const from = performance.now();
        await two.log.detach(cem.entered.hold);
        await until(async () => (await stateOf('cem')) === 'gone', 'cem to be gone', DEAD_MS);
        expect(performance.now() - from).toBeGreaterThan(GRACE_MS - 500);
        expect(await Promise.all(['ann', 'bob', 'dan'].map(stateOf))).toEqual(
          Array.from({ length: 3 }, () => 'CONNECTED'),
        );
        expect([ann, bob, dan].map(({ outcome }) => outcome)).toEqual(['open', 'open', 'open']);
      });

      test(`by ${seconds} s while somebody is lost: the grace ends when it should`, async () => {
        const cem = await enter(at(two), 'cem');
        const from = performance.now();
        await two.log.detach(cem.entered.hold);
        await settle([one, two]);
        time.set(seconds);
        await until(async () => (await stateOf('cem')) === 'gone', 'cem to be gone', DEAD_MS);
        const tookMs = performance.now() - from;
        expect(tookMs).toBeGreaterThan(GRACE_MS - 500);
        // What is due is looked for twice a second; the rest is for a busy machine.
        expect(tookMs).toBeLessThan(GRACE_MS + 3000);
        expect(await stateOf('ann')).toBe('CONNECTED');
      });

      test(`by ${seconds} s: who comes back at once has missed nothing`, async () => {
        await one.log.send(ROOM, 'ann', bob.id, offer('before'), null);
        time.set(seconds);
        await one.log.send(ROOM, 'ann', bob.id, offer('after'), null);
        const back = await enter(at(one), 'bob', { after: bob.entered.cursor });
        await settle([one, two]);
        expect(back.entered.recovered).toBe(true);
        expect(back.offers()).toEqual(['before', 'after']);
      });

      test(`by ${seconds} s: a node that dies is noticed all the same, and its people leave`, async () => {
        time.set(seconds);
        await two.redis.close();
        const from = performance.now();
        await until(async () => (await stateOf('bob')) !== 'CONNECTED', 'the loss', DEAD_MS);
        await until(async () => (await stateOf('bob')) === 'gone', 'bob to be gone', DEAD_MS);
        expect(performance.now() - from).toBeGreaterThan(GRACE_MS - 500);
        expect(await stateOf('ann')).toBe('CONNECTED');
      });
    }
  },
);
