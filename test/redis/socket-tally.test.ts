import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { RedisSocketTally } from '../../src/redis/socket-tally.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { until } from '../kit/waiting.ts';
import { BOUNDS } from '../roomlog/kit.ts';
import { empty, type Node, startNode } from '../roomlog/redis-kit.ts';

const binary = findRedis();

describe.skipIf(binary === null)('the sockets of two nodes are counted together, and', () => {
  let server: RedisServer;
  let one: Node;
  let two: Node;
  let atOne: RedisSocketTally;
  let atTwo: RedisSocketTally;

  beforeAll(async () => {
    server = await RedisServer.start(binary ?? '');
  });
  afterAll(() => server.dispose());
  beforeEach(async () => {
    await empty(server.url);
    one = await startNode(server.url, BOUNDS, systemClock);
    two = await startNode(server.url, BOUNDS, systemClock);
    atOne = new RedisSocketTally(one.redis, one.nodes);
    atTwo = new RedisSocketTally(two.redis, two.nodes);
    await until(() => one.nodes.living.length === 2, 'the nodes to know each other');
  });
  afterEach(() => Promise.all([one.close(), two.close()]));

  test('each owner for itself', async () => {
    expect(await atOne.note('user:ann', 3)).toBe(3);
    expect(await atTwo.note('user:ann', 2)).toBe(5);
    expect(await atTwo.note('user:bob', 1)).toBe(1);
    expect(await atOne.note('user:ann', 1)).toBe(3);
    expect(await atOne.note('user:ann', 0)).toBe(2);
    expect(await atTwo.note('user:ann', 0)).toBe(0);
    expect(await one.redis.do((client) => client.keys('peerql:sockets:*'))).toEqual([
      'peerql:sockets:user:bob',
    ]);
  });

  test('those of a node that died are not', async () => {
    await atTwo.note('user:ann', 2);
    expect(await atOne.note('user:ann', 1)).toBe(3);
    await two.redis.close();
    await until(async () => (await atOne.note('user:ann', 1)) === 1, 'the dead to be left out');
  });

  test('where Redis is away a node counts its own, and tells it later', async () => {
    await atTwo.note('user:ann', 2);
    await server.stop('SIGKILL');
    await until(() => !one.redis.isReady && !two.redis.isReady, 'Redis to be away');
    expect(await atTwo.note('user:ann', 4)).toBe(4);
    expect(await atTwo.note('user:ann', 5)).toBe(5);
    expect(await atOne.note('user:bob', 1)).toBe(1);
    await server.start();
    await until(() => one.redis.isReady && two.redis.isReady, 'Redis to be back');
    await until(() => one.nodes.living.length === 2, 'the nodes to know each other');
    await until(async () => (await atOne.note('user:ann', 1)) === 6, 'what was not told');
  });

  test('what could not be told is not told any more once there is news', async () => {
    let news = () => {};
    const told = new Promise<void>((resolve) => {
      news = resolve;
    });
    // Called when Redis is back, before the tally itself.
    two.redis.onReady(async () => {
      await tally.note('user:ann', 1);
      news();
    });
    const tally = new RedisSocketTally(two.redis, two.nodes);
    await server.stop('SIGKILL');
    await until(() => !two.redis.isReady, 'Redis to be away');
    await tally.note('user:ann', 5);
    await server.start();
    await told;
    await two.redis.settled();
    const all = await two.redis.do((client) => client.hgetall('peerql:sockets:user:ann'));
    expect(all).toEqual({ [two.nodes.nodeId]: '1' });
  });
});
