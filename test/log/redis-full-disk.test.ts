import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { NotWorkingError, UnavailableError } from '../../src/domain/errors.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { canMount, SmallDisk } from '../kit/small-disk.ts';
import { until } from '../kit/waiting.ts';
import { BOUNDS, enter, failure, type LogUnderTest, offer, ROOM } from '../roomlog/kit.ts';
import { type Node, settle, startNode } from '../roomlog/redis-kit.ts';

const binary = findRedis();
/** Redis tries a failed write to its file again each second. */
const HEALED_MS = 20_000;

describe.skipIf(binary === null || !canMount())('rooms, when the disk of Redis is full', () => {
  let disk: SmallDisk;
  let server: RedisServer;
  let admin: Redis;
  let node: Node;
  let under: LogUnderTest;

  beforeAll(async () => {
    disk = SmallDisk.mount(4);
    server = await RedisServer.start(binary ?? '');
    admin = new Redis(server.url);
    await admin.config('SET', 'dir', disk.path);
    await admin.config('SET', 'appendonly', 'yes');
    const persistence = () => admin.info('persistence');
    await until(
      async () => /aof_rewrite_in_progress:0\r\naof_rewrite_scheduled:0/.test(await persistence()),
      'the append-only file',
    );
    const options = { ...BOUNDS, graceMs: 30_000, replayMs: 60_000 };
    node = await startNode(server.url, options, systemClock);
    const close = () => node.close();
    under = { log: node.log, clock: new ManualClock(), settle: () => settle([node]), close };
  });
  afterAll(async () => {
    await node?.close();
    admin?.disconnect();
    await server?.dispose();
    disk?.unmount();
  });

  test('nobody hears of what was refused, what was acknowledged arrives, and it heals by itself', async () => {
    await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    disk.fill();
    // Redis acknowledges writes until it notices.
    const acknowledged: string[] = [];
    await until(async () => {
      const text = String(acknowledged.length);
      const error = await failure(() => node.log.send(ROOM, 'ann', bob.id, offer(text), null));
      if (error === null) acknowledged.push(text);
      return error instanceof UnavailableError;
    }, 'a refusal');
    const refused = [
      () => node.log.sendMessage(ROOM, 'ann', null, 'refused', null),
      () => node.log.raiseHand(ROOM, 'ann', true),
      () => enter(under, 'cem'),
    ];
    for (const act of refused) expect(await failure(act)).toBeInstanceOf(UnavailableError);
    await until(async () => {
      const error = await failure(() => node.redis.ping());
      return error instanceof NotWorkingError && error.message.includes('cannot save to its disk');
    }, 'the reason');
    disk.free();
    await until(
      async () => (await failure(() => node.redis.ping())) === null,
      'it to heal',
      HEALED_MS,
    );
    const cursor = await node.log.send(ROOM, 'ann', bob.id, offer('after'), null);
    await under.settle();
    expect(bob.offers()).toEqual([...acknowledged, 'after']);
    expect(bob.of('MessageReceived')).toEqual([]);
    expect(bob.events.at(-1)?.cursor).toBe(cursor);
    await node.log.detach(bob.entered.hold);
    const back = await enter(under, 'bob', { after: bob.entered.cursor });
    expect(back.entered.recovered).toBe(true);
    expect(back.offers()).toEqual([...acknowledged, 'after']);
  });
});
