import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readRedisAddress } from '../../src/config/redis-address.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { UnavailableError } from '../../src/domain/errors.ts';
import type { LiveRooms } from '../../src/domain/room/live-rooms.ts';
import { peerql } from '../kit/command.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { findRedis } from '../kit/redis.ts';
import { RedisBehindSentinels } from '../kit/redis-sentinels.ts';
import { until } from '../kit/waiting.ts';
import { BOUNDS, enter, failure, type LogUnderTest, offer, ROOM } from '../roomlog/kit.ts';
import { type Node, settle, startNode } from '../roomlog/redis-kit.ts';

const binary = findRedis();
const options = { ...BOUNDS, replayEvents: 500, replayMs: 60_000, graceMs: 20_000 };
/** A sentinel that its machine has kept waiting for 2 s does nothing for half a minute. */
const FAILOVER_MS = 60_000;
const epochOf = (cursor = '') => cursor.slice(0, 17);

describe.skipIf(binary === null)('two nodes behind sentinels', () => {
  let redis: RedisBehindSentinels;
  let one: Node;
  let two: Node;

  const at = ({ log }: { log: LiveRooms }): LogUnderTest => ({
    log,
    clock: new ManualClock(),
    settle: () => settle([one, two]),
    close: async () => {},
  });
  const works = async () => {
    const probes = [one, two].map((node) => failure(() => node.redis.ping()));
    return (await Promise.all(probes)).every((error) => error === null);
  };
  const atNew = (before: string) =>
    until(
      async () => one.redis.identity !== before && two.redis.identity !== before && (await works()),
      'both nodes to work with the new master',
      FAILOVER_MS,
    );

  beforeAll(async () => {
    redis = await RedisBehindSentinels.start(binary ?? '');
  });
  afterAll(() => redis?.dispose());
  beforeEach(async () => {
    const master = new Redis((await redis.master()).url);
    await master.flushall();
    master.disconnect();
    const place = readRedisAddress(redis.url) ?? { urls: [] };
    [one, two] = [
      await startNode(place, options, systemClock),
      await startNode(place, options, systemClock),
    ];
  });
  afterEach(async () => {
    await Promise.all([one, two].map((node) => node.close()));
  });

  test('a master is demoted: it is left at once, by both connections, and signals go on', async () => {
    const [ann, bob] = [await enter(at(one), 'ann'), await enter(at(two), 'bob')];
    const before = one.redis.identity;
    const master = await redis.master();
    await redis.failOver();
    await until(async () => (await redis.master()) !== master, 'another master');
    const began = performance.now();
    await atNew(before);
    expect(performance.now() - began).toBeLessThan(5000);
    await until(() => ann.outcome !== 'open' && bob.outcome !== 'open', 'both to be sent away');
    await enter(at(one), 'ann');
    const back = await enter(at(two), 'bob');
    for (let index = 0; index < 20; index += 1) {
      await one.log.send(ROOM, 'ann', back.id, offer(index), null);
    }
    await settle([one, two]);
    expect(back.offers()).toHaveLength(20);
  });

  test('a master dies whose replica lacks the last writes: that is said, and no position comes twice', async () => {
    const [ann, bob] = [await enter(at(one), 'ann'), await enter(at(two), 'bob')];
    await one.log.send(ROOM, 'ann', bob.id, offer('kept'), null);
    const [master, replica] = [await redis.master(), await redis.replica()];
    const [atMaster, atReplica] = [new Redis(master.url), new Redis(replica.url)];
    for (const client of [atMaster, atReplica]) client.on('error', () => {});
    await atMaster.wait(1, 5000);
    // The replica comes back to its master no more, and the sentinels take it for good all the same.
    await atReplica.config('SET', 'masteruser', 'nobody');
    await atReplica.config('SET', 'masterauth', 'wrong');
    await atMaster.call('CLIENT', 'KILL', 'TYPE', 'replica');
    const cem = await enter(at(one), 'cem');
    await one.log.send(ROOM, 'ann', bob.id, offer('lost'), null);
    await settle([one, two]);
    const seen = bob.events.at(-1)?.cursor;
    expect(bob.offers()).toEqual(['kept', 'lost']);

    const before = one.redis.identity;
    for (const client of [atMaster, atReplica]) client.disconnect();
    await master.stop('SIGKILL');
    expect(await failure(() => one.log.send(ROOM, 'ann', bob.id, offer('x'), null))).toBeInstanceOf(
      UnavailableError,
    );
    await atNew(before);
    // Everybody is sent away to come back, the one that the new master never heard of, too.
    await until(
      () => [ann, bob, cem].every(({ outcome }) => outcome !== 'open'),
      'all to be sent away',
    );
    const back = await enter(at(two), 'bob', { after: seen ?? null });
    expect(back.entered.recovered).toBe(false);
    expect(epochOf(back.entered.cursor)).not.toBe(epochOf(seen));
    const people = await two.log.participants(ROOM);
    expect(people.map(({ user }) => user.name).sort()).toEqual(['ann', 'bob']);
    await enter(at(one), 'ann');
    await one.log.send(ROOM, 'ann', back.id, offer('anew'), null);
    await settle([one, two]);
    expect(back.offers()).toEqual(['anew']);

    // The former master comes back, for a moment as a master: nobody goes there.
    const after = one.redis.identity;
    await master.start();
    const admin = new Redis(replica.url);
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    admin.disconnect();
    await until(works, 'both nodes to be back');
    expect([one.redis.identity, two.redis.identity]).toEqual([after, after]);
    expect(await redis.master()).not.toBe(master);
  });
});

describe.skipIf(binary === null)('peerql check behind sentinels', () => {
  const env = {
    MONGO_URI: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100',
    JWT_SECRET: 'x'.repeat(32),
    STUN_URLS: ',',
    PORT: '0',
  };
  const check = async (url: string) => {
    const { out } = await peerql(['check'], { ...env, REDIS_URL: url });
    return out.split('\n').filter((line) => /^\w+ +Redis /.test(line));
  };

  test('names the master that each sentinel knows, and what is wrong', async () => {
    const redis = await RedisBehindSentinels.start(binary ?? '');
    const port = (await redis.master()).port;
    const found = await check(redis.url);
    expect(found.map((line) => line.split(' ', 1)[0])).toEqual(['ok', 'ok', 'ok', 'ok', 'warning']);
    expect(found[0]).toContain(`names 127.0.0.1:${port} the master calls`);
    expect(found[3]).toContain(`at 127.0.0.1:${port} answers`);
    expect(found[4]).toContain('accepts writes while no replica follows it');
    const unknown = await check(redis.url.replace('/calls', '/other'));
    expect(unknown[0]).toContain('knows no master other');
    const replica = await check((await redis.replica()).url);
    expect(replica[0]).toContain('is a replica, and takes no writes');
    await redis.dispose();
  });
});
