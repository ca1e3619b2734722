import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import type { LiveRooms } from '../../src/domain/room/live-rooms.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { findRedis } from '../kit/redis.ts';
import { RedisClusterServers } from '../kit/redis-cluster.ts';
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
import { type Node, startNode } from '../roomlog/redis-kit.ts';

const binary = findRedis();
const options = { ...BOUNDS, replayEvents: 2000, replayMs: 60_000, graceMs: 20_000 };
const HASH = `peerql:{room/${ROOM}}`;
/** Until what was acknowledged has to be there, without another that follows. */
const PROMPTLY_MS = 2000;
const MOVES = 6;

describe.skipIf(binary === null)('two nodes by a Redis Cluster', () => {
  let servers: RedisClusterServers;
  let one: Node;
  let two: Node;
  let ann: Reader;
  let bob: Reader;
  let sent = 0;

  const at = ({ log }: { log: LiveRooms }): LogUnderTest => ({
    log,
    clock: new ManualClock(),
    settle: async () => {},
    close: async () => {},
  });
  /** Sends one; resolves once it is acknowledged and has come, before anything else is sent. */
  const say = async (): Promise<void> => {
    sent += 1;
    const text = String(sent);
    const send = () => one.log.send(ROOM, 'ann', bob.id, offer(text), text);
    await until(async () => (await failure(send)) === null, 'a send');
    await until(() => bob.offers().at(-1) === text, `signal ${text}`, PROMPTLY_MS);
  };

  beforeAll(async () => {
    servers = await RedisClusterServers.startWithReplicas(binary ?? '');
  });
  afterAll(() => servers?.dispose());
  beforeEach(async () => {
    await servers.empty();
    one = await startNode(servers.urls, options, systemClock);
    two = await startNode(servers.urls, options, systemClock);
    ann = await enter(at(one), 'ann');
    bob = await enter(at(two), 'bob');
    sent = 0;
  });
  afterEach(async () => {
    await Promise.all([one, two].map((node) => node.close()));
  });

  test('a slot moves: what is acknowledged arrives without waiting for the next', async () => {
    const home = await servers.placeOf(HASH);
    for (let move = 0; move < MOVES; move += 1) {
      const [from, to] = [(home + move) % 3, (home + move + 1) % 3];
      await say();
      await servers.moveSlotOf(HASH, from, to, say);
      for (let index = 0; index < 3; index += 1) await say();
    }
    expect(bob.offers()).toEqual(Array.from({ length: sent }, (_, index) => String(index + 1)));
    expect([ann.outcome, bob.outcome]).toEqual(['open', 'open']);
  }, 60_000);

  test('a shard fails over: everybody comes back, and signals go on', async () => {
    await say();
    const cursor = bob.events.at(-1)?.cursor ?? null;
    await servers.master(await servers.placeOf(HASH)).stop('SIGKILL');
    await until(() => ann.outcome !== 'open' && bob.outcome !== 'open', 'both to be sent away');
    const again = async (node: Node, name: string, after: string | null) => {
      let back: Reader | null = null;
      await until(async () => {
        back = await enter(at(node), name, { after }).catch(() => null);
        return back !== null;
      }, `${name} to be back`);
      return back as unknown as Reader;
    };
    ann = await again(one, 'ann', null);
    bob = await again(two, 'bob', cursor);
    expect(bob.entered.recovered).toBe(false);
    expect(bob.entered.cursor.slice(0, 17)).not.toBe(cursor?.slice(0, 17));
    for (let index = 0; index < 5; index += 1) await say();
    const people = await two.log.participants(ROOM);
    expect(people.map(({ user }) => user.name).sort()).toEqual(['ann', 'bob']);
  }, 60_000);
});
