import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { NotWorkingError, UnavailableError } from '../../src/domain/errors.ts';
import type { LiveRooms } from '../../src/domain/room/live-rooms.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { until } from '../kit/waiting.ts';
import {
  BOUNDS,
  enter,
  failure,
  type LogUnderTest,
  offer,
  type Reader,
  ROOM,
} from '../roomlog/kit.ts';
import { type Node, settle, startNode } from '../roomlog/redis-kit.ts';

const binary = findRedis();
const options = { ...BOUNDS, replayEvents: 500, replayMs: 60_000, graceMs: 12_000 };
const HASH = `peerql:{room/${ROOM}}`;

describe.skipIf(binary === null)('rooms of two nodes, when Redis', () => {
  let server: RedisServer;
  let admin: Redis;
  let one: Node;
  let two: Node;
  let ann: Reader;
  let bob: Reader;
  const started: Node[] = [];

  const start = async (given: Partial<typeof options> = {}): Promise<Node> => {
    const node = await startNode(server.url, { ...options, ...given }, systemClock);
    started.push(node);
    return node;
  };
  const at = ({ log }: { log: LiveRooms }): LogUnderTest => ({
    log,
    clock: new ManualClock(),
    settle: () => settle([one, two]),
    close: async () => {},
  });
  const config = (name: string, value: string) => admin.config('SET', name, value);
  const ready = () => until(() => one.redis.isReady && two.redis.isReady, 'both nodes to be ready');
  const works = () => until(async () => (await failure(() => one.redis.ping())) === null, 'Redis');
  const reason = async (node: Node): Promise<string> => {
    const error = await failure(() => node.redis.ping());
    return error instanceof NotWorkingError ? error.message : '';
  };

  beforeAll(async () => {
    server = await RedisServer.start(binary ?? '');
    admin = new Redis(server.url);
    admin.on('error', () => {});
  });
  afterAll(async () => {
    admin.disconnect();
    await server.dispose();
  });
  beforeEach(async () => {
    await admin.flushall();
    one = await start();
    two = await start();
    ann = await enter(at(one), 'ann');
    bob = await enter(at(two), 'bob');
    await settle([one, two]);
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((node) => node.close()));
  });

  /** Each way in which Redis answers PING and refuses writes: how it begins, how it ends, and what operators are told. */
  const refusals = [
    {
      name: 'is out of memory',
      begin: () => config('maxmemory', '1'),
      end: () => config('maxmemory', '0'),
      told: 'out of memory',
    },
    {
      name: 'has too few replicas',
      begin: () => config('min-replicas-to-write', '1'),
      end: () => config('min-replicas-to-write', '0'),
      told: 'too few replicas',
    },
  ];

  for (const { name, begin, end, told } of refusals) {
    test(`${name}, nobody hears of what was refused, and what is acknowledged afterwards arrives`, async () => {
      await one.log.send(ROOM, 'ann', bob.id, offer('before'), null);
      await begin();
      const refused = [
        () => one.log.send(ROOM, 'ann', bob.id, offer('refused'), null),
        () => one.log.sendMessage(ROOM, 'ann', null, 'refused', null),
        () => one.log.raiseHand(ROOM, 'ann', true),
        () => enter(at(one), 'cem'),
      ];
      for (const act of refused) expect(await failure(act)).toBeInstanceOf(UnavailableError);
      expect(await reason(one)).toContain(told);
      await end();
      await works();
      await ready();
      const cursor = await one.log.send(ROOM, 'ann', bob.id, offer('after'), null);
      await settle([one, two]);
      expect(bob.offers()).toEqual(['before', 'after']);
      expect(bob.of('MessageReceived')).toEqual([]);
      expect(bob.events.at(-1)?.cursor).toBe(cursor);
      // Nothing was told twice or out of its place.
      const positions = bob.events.map(({ position }) => position);
      expect(new Set(positions).size).toBe(positions.length);
      await two.log.detach(bob.entered.hold);
      const back = await enter(at(one), 'bob', { after: bob.entered.cursor });
      expect(back.entered.recovered).toBe(true);
      expect(back.offers()).toEqual(['before', 'after']);
    });

    test(`${name}, what is owed is done when it writes again, without a reconnect`, async () => {
      await begin();
      const released = two.log.release(bob.entered.hold, 'LEFT');
      expect(await failure(() => one.log.raiseHand(ROOM, 'ann', true))).toBeInstanceOf(
        UnavailableError,
      );
      await end();
      expect(await released).toBe(true);
      await settle([one, two]);
      expect(ann.of('ParticipantLeft')).toMatchObject([{ reason: 'LEFT' }]);
    });
  }

  test('has become a replica, it is left, and is worked with again when it is a master', async () => {
    const other = await RedisServer.start(binary ?? '');
    const before = one.redis.identity;
    await admin.replicaof('127.0.0.1', other.port);
    await until(async () => (await reason(one)) !== '', 'the reason to be known');
    expect(await reason(one)).toContain('replica');
    expect(await failure(() => one.log.send(ROOM, 'ann', bob.id, offer('x'), null))).toBeInstanceOf(
      UnavailableError,
    );
    await admin.replicaof('NO', 'ONE');
    await until(() => one.redis.isReady && one.redis.identity !== before, 'a new identity');
    await works();
    await other.dispose();
  });

  test('has gone back in time, positions do not come twice under one epoch', async () => {
    await one.log.send(ROOM, 'ann', bob.id, offer('kept'), null);
    const copy = await admin.dumpBuffer(HASH);
    await one.log.send(ROOM, 'ann', bob.id, offer('lost'), null);
    await settle([one, two]);
    const seen = bob.events.at(-1)?.cursor ?? '';
    // As a failover to a replica that lacks the last write: other data under another replication id.
    await admin.restore(HASH, 0, copy, 'REPLACE');
    await admin.call('DEBUG', 'CHANGE-REPL-ID');
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await until(() => bob.outcome !== 'open' && ann.outcome !== 'open', 'both to be sent away');
    await ready();
    const back = await enter(at(two), 'bob', { after: seen });
    expect(back.entered.recovered).toBe(false);
    expect(back.entered.cursor.slice(0, 17)).not.toBe(seen.slice(0, 17));
    await enter(at(one), 'ann');
    await one.log.send(ROOM, 'ann', back.id, offer('anew'), null);
    await settle([one, two]);
    expect(back.offers()).toEqual(['anew']);
  });

  test('has gone back in time, nobody goes on in a new log with what it received of the former one', async () => {
    const positionOf = (cursor = '') => Number.parseInt(cursor.slice(18), 36);
    await one.log.send(ROOM, 'ann', bob.id, offer('kept'), null);
    await settle([one, two]);
    bob.mailbox.receivedThrough = positionOf(bob.events.at(-1)?.cursor);
    await two.log.detach(bob.entered.hold);
    await admin.call('DEBUG', 'CHANGE-REPL-ID');
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await until(() => ann.outcome !== 'open', 'ann to be sent away');
    await ready();
    // The new log begins with ann; bob, who comes with no cursor, may have seen what it lacks.
    await enter(at(one), 'ann');
    const back = await enter(at(two), 'bob');
    expect([back.id, back.entered.recovered]).toEqual([bob.id, false]);
    // Of the new log he has this snapshot.
    back.mailbox.receivedThrough = positionOf(back.entered.cursor);
    await two.log.detach(back.entered.hold);
    expect((await enter(at(one), 'bob')).entered.recovered).toBe(true);
  });

  test('has gone back in time, what a node tells late of the former log counts for nothing in the new one', async () => {
    const positionOf = (cursor = '') => Number.parseInt(cursor.slice(18), 36);
    const copy = await admin.dumpBuffer(HASH);
    await one.log.send(ROOM, 'ann', bob.id, offer('lost'), null);
    await settle([one, two]);
    bob.mailbox.receivedThrough = positionOf(bob.events.at(-1)?.cursor);
    await admin.restore(HASH, 0, copy, 'REPLACE');
    // The node tells it before it knows of the failover.
    await two.nodes.beat();
    await admin.call('DEBUG', 'CHANGE-REPL-ID');
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await until(() => bob.outcome !== 'open' && ann.outcome !== 'open', 'both to be sent away');
    await ready();
    await enter(at(one), 'ann');
    const back = await enter(at(two), 'bob');
    expect([back.id, back.entered.recovered]).toEqual([bob.id, false]);
  });

  test('has forgotten the scripts, sends keep their order', async () => {
    const sent: Promise<unknown>[] = [];
    for (let index = 0; index < 60; index += 1) {
      if (index % 20 === 10) await admin.script('FLUSH');
      sent.push(Promise.resolve(one.log.send(ROOM, 'ann', bob.id, offer(index), null)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(sent);
    await settle([one, two]);
    expect(bob.offers()).toEqual(Array.from({ length: 60 }, (_, index) => String(index)));
  });

  for (const key of [HASH, `${HASH}:log`, `${HASH}:kept`]) {
    test(`has evicted ${key.slice(HASH.length) || 'the room itself'}, joins go on`, async () => {
      await one.log.sendMessage(ROOM, 'ann', null, 'hello', null);
      await admin.del(key);
      const cem = await enter(at(one), 'cem');
      const dan = await enter(at(two), 'dan');
      await one.log.send(ROOM, 'cem', dan.id, offer('x'), null);
      await settle([one, two]);
      expect(dan.offers()).toEqual(['x']);
      expect(cem.outcome).toBe('open');
    });
  }

  test('has lost the room, those who followed it are sent away within 30 s', async () => {
    await admin.del(HASH, `${HASH}:log`);
    await until(() => ann.outcome === 'overflowed' && bob.outcome === 'overflowed', 'both', 30_000);
  }, 40_000);

  test('has lost when a stay is due, it ends all the same', async () => {
    const cem = await enter(at(one), 'cem');
    await one.log.detach(cem.entered.hold);
    await admin.del('peerql:{room}:due');
    const isIn = async () =>
      (await one.log.participants(ROOM)).some(({ user }) => user.name === 'cem');
    await until(async () => !(await isIn()), 'the stay to end', 40_000);
  }, 50_000);

  test('has a room that cannot be woken, a node can start all the same', async () => {
    await admin.hset(HASH, 's', '{');
    await admin.zadd('peerql:{room}:due', Date.now() - 1000, ROOM);
    const { log } = await start();
    expect(await failure(() => log.participants(ROOM))).not.toBeNull();
    await enter({ ...at(one), log }, 'cem', { roomId: 'room-2' });
  });

  test('has lost the message that a node was told last, that is noticed without another', async () => {
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    const sent = () => one.log.send(ROOM, 'ann', bob.id, offer('x'), 'once');
    await until(async () => (await failure(sent)) === null, 'a send');
    await until(() => bob.offers().length === 1, 'the offer', 15_000);
    await settle([one, two]);
    expect(bob.offers()).toEqual(['x']);
  });

  test('carries text with half of a surrogate pair, as memory does', async () => {
    const half = 'a\ud83d b';
    await one.log.send(ROOM, 'ann', bob.id, offer(half), half);
    await one.log.sendMessage(ROOM, 'ann', null, half, half);
    await settle([one, two]);
    expect(bob.offers()).toEqual([half]);
    expect(bob.of('MessageReceived').map(({ text }) => text)).toEqual([half]);
  });

  test('is away while a node leaves, its stays are let go of by the others', async () => {
    server.pause();
    await two.close();
    server.resume();
    await until(() => one.redis.isReady, 'the other node to be ready');
    const away = async () =>
      (await one.log.participants(ROOM)).find(({ id }) => id === bob.id)?.connection;
    await until(async () => (await away().catch(() => null)) === 'RECONNECTING', 'bob', 20_000);
  }, 30_000);

  test('has forgotten a node that lives, what it holds is known again', async () => {
    await admin.del('peerql:nodes', `peerql:room:of:${two.nodes.nodeId}`);
    await until(async () => {
      return (await admin.sismember(`peerql:room:of:${two.nodes.nodeId}`, ROOM)) === 1;
    }, 'the room to be listed');
    expect([ann.outcome, bob.outcome]).toEqual(['open', 'open']);
  });
});
