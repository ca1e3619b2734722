import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { NotInRoomError, RoomNotFoundError, UnavailableError } from '../../src/domain/errors.ts';
import type { Participant } from '../../src/domain/room/participant.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { pace, until } from '../kit/waiting.ts';
import { BOUNDS, enter, failure, type LogUnderTest, offer, type Reader, ROOM } from './kit.ts';
import { dropListeners, empty, type Node, settle, startNode } from './redis-kit.ts';

const binary = findRedis();
/** Long enough that nobody leaves while a busy machine works. */
const options = { ...BOUNDS, replayEvents: 500, replayMs: 60_000, graceMs: 60_000 };

describe.skipIf(binary === null)('the room log of two nodes, when', () => {
  let server: RedisServer;
  let one: Node;
  let two: Node;
  /** Somebody at each node. */
  let ann: Reader;
  let bob: Reader;
  const started: Node[] = [];

  const start = async (given: Partial<Parameters<typeof startNode>[1]> = {}): Promise<Node> => {
    const node = await startNode(server.url, { ...options, ...given }, systemClock);
    started.push(node);
    return node;
  };
  const at = (node: Node): LogUnderTest => ({
    log: node.log,
    clock: new ManualClock(),
    settle: () => settle([node]),
    close: () => node.close(),
  });
  const connectionOf = async (
    node: Node,
    id: string,
  ): Promise<Participant['connection'] | 'gone'> =>
    (await node.log.participants(ROOM)).find((participant) => participant.id === id)?.connection ??
    'gone';
  const ready = () =>
    until(() => one.redis.isReady && two.redis.isReady, 'Redis to be back at both nodes');

  beforeAll(async () => {
    server = await RedisServer.start(binary ?? '');
  });
  afterAll(() => server.dispose());
  beforeEach(async () => {
    await empty(server.url);
    one = await start();
    two = await start();
    ann = await enter(at(one), 'ann');
    bob = await enter(at(two), 'bob');
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((node) => node.close()));
  });

  test('a node dies, its participants are RECONNECTING, and resume elsewhere without loss', async () => {
    await one.log.send(ROOM, 'ann', bob.id, offer('before'), null);
    await settle([one, two]);
    const seen = bob.events.at(-1)?.cursor ?? null;
    // It dies: no word any more, neither to Redis nor to its clients.
    await two.redis.close();
    const killedAt = performance.now();
    await until(async () => (await connectionOf(one, bob.id)) === 'RECONNECTING', 'the loss');
    expect(performance.now() - killedAt).toBeLessThan(10_000);
    await one.log.send(ROOM, 'ann', bob.id, offer('meanwhile'), null);
    const back = await enter(at(one), 'bob', { after: seen });
    expect(back.entered.recovered).toBe(true);
    expect(back.id).toBe(bob.id);
    expect(back.offers()).toEqual(['meanwhile']);
    await settle([one]);
    expect(ann.of('ParticipantUpdated').map(({ participant }) => participant.connection)).toEqual([
      'RECONNECTING',
      'CONNECTED',
    ]);
  });

  test('a node dies and nobody comes back, each stay ends once, also where nobody else is in', async () => {
    const short = await start({ graceMs: 500, deadMs: 3000 });
    // Any node may look after a stay: all of a cluster have one grace.
    await one.close();
    ann = await enter(at(short), 'ann', { after: ann.entered.cursor });
    const alone = 'd'.repeat(16);
    const lonely = await enter(at(two), 'cem', { roomId: alone });
    await enter(at(two), 'dan', { clientKey: null });
    await two.redis.close();
    await until(async () => (await connectionOf(short, bob.id)) === 'gone', 'the end');
    await until(async () => (await short.log.participants(alone)).length === 0, 'the lonely one');
    await settle([short]);
    expect(lonely.outcome).toBe('open');
    const left = ann.of('ParticipantLeft').map(({ participant, reason }) => {
      return `${participant.user.name} ${reason}`;
    });
    expect(left.sort()).toEqual(['bob DISCONNECTED', 'dan DISCONNECTED']);
    expect(short.log.occupied()).toEqual([ROOM]);
  });

  test('a node that was taken for dead can do nothing to a stay that moved', async () => {
    await one.log.send(ROOM, 'ann', bob.id, offer('1'), null);
    const third = await start({ deadMs: 0 });
    // To the third every node is dead at its second sign of life.
    await until(() => bob.outcome === 'overflowed', 'bob to be sent away');
    const back = await enter(at(third), 'bob', { after: bob.entered.cursor });
    expect(back.entered.recovered).toBe(true);
    await two.log.detach(bob.entered.hold);
    expect(await two.log.release(bob.entered.hold, 'LEFT')).toBe(false);
    await settle([one, two, third]);
    expect(await connectionOf(one, bob.id)).not.toBe('gone');
    expect(back.offers()).toEqual(['1']);
  });

  test('a node stops in order, the others look after its stays at once', async () => {
    await two.log.detach(bob.entered.hold);
    await two.close();
    const back = await enter(at(one), 'bob', { after: bob.entered.cursor });
    expect(back.entered.recovered).toBe(true);
    expect(back.id).toBe(bob.id);
  });

  test('Redis stands still, nothing succeeds that was not stored, and a retry with its id is sent once', async () => {
    server.pause();
    const doubtful = await failure(() => one.log.send(ROOM, 'ann', bob.id, offer('x'), 'id'));
    expect(doubtful).toBeInstanceOf(UnavailableError);
    const refused = await failure(() => one.log.send(ROOM, 'ann', bob.id, offer('y'), 'other'));
    expect(refused).toBeInstanceOf(UnavailableError);
    expect(await failure(() => enter(at(one), 'cem'))).toBeInstanceOf(UnavailableError);
    expect(await failure(() => one.redis.ping())).toBeInstanceOf(UnavailableError);
    server.resume();
    await ready();
    await one.log.send(ROOM, 'ann', bob.id, offer('x'), 'id');
    await settle([one, two]);
    expect(bob.offers()).toEqual(['x']);
    expect(bob.outcome).toBe('open');
    expect((await one.log.participants(ROOM)).map(({ user }) => user.name)).toEqual(['ann', 'bob']);
  });

  test('Redis stood still, nobody is taken for dead', async () => {
    server.pause();
    await until(() => !one.redis.isReady && !two.redis.isReady, 'both to notice');
    server.resume();
    await ready();
    // As long as it takes to tell somebody dead.
    await pace(9000);
    expect(await connectionOf(one, ann.id)).toBe('CONNECTED');
    expect(await connectionOf(one, bob.id)).toBe('CONNECTED');
    expect([ann.outcome, bob.outcome]).toEqual(['open', 'open']);
  });

  test('an entrance is not answered, no ghost is left of it', async () => {
    const entering = failure(() => enter(at(one), 'cem'));
    server.pause();
    await entering;
    server.resume();
    await ready();
    await until(async () => {
      await settle([one, two]);
      const found = (await one.log.participants(ROOM)).find(({ user }) => user.name === 'cem');
      return (
        found === undefined || found.connection === 'RECONNECTING' || (await entering) === null
      );
    }, 'cem to be away or never to have been there');
  });

  test('Redis is away, what had to be done is done when it is back', async () => {
    server.pause();
    await until(() => !two.redis.isReady, 'the loss');
    const released = two.log.release(bob.entered.hold, 'LEFT');
    server.resume();
    expect(await released).toBe(true);
    await ready();
    await settle([one, two]);
    expect(ann.of('ParticipantLeft')).toMatchObject([{ reason: 'LEFT' }]);
  });

  test('the connection that listens is lost, nothing is missed', async () => {
    const send = (text: string) => one.log.send(ROOM, 'ann', bob.id, offer(text), text);
    for (let round = 0; round < 5; round += 1) {
      await send(`${round}`);
      await dropListeners(server.url);
      await until(async () => (await failure(() => send(`${round}!`))) === null, 'a send');
      await ready();
    }
    await settle([one, two]);
    expect(bob.offers()).toEqual([0, 1, 2, 3, 4].flatMap((round) => [`${round}`, `${round}!`]));
    expect(bob.outcome).toBe('open');
  });

  test('it is lost where nobody was told anything for longer than the tail lasts, all stay', async () => {
    const cem = await enter(at(one), 'cem');
    await settle([one, two]);
    // The tail is cut by the hundred.
    for (let sent = 0; sent < 10; sent += 1) {
      const sends = Array.from({ length: 100 }, () =>
        one.log.send(ROOM, 'ann', cem.id, offer('x'), null),
      );
      await Promise.all(sends);
    }
    await dropListeners(server.url);
    const send = () => one.log.send(ROOM, 'ann', bob.id, offer('late'), 'late');
    await until(async () => (await failure(send)) === null, 'a send');
    await ready();
    await settle([one, two]);
    expect(bob.offers()).toEqual(['late']);
    expect([ann.outcome, bob.outcome, cem.outcome]).toEqual(['open', 'open', 'open']);
  });

  test('Redis has lost everything, the clients are sent away and come in anew', async () => {
    await server.stop();
    expect(await failure(() => one.log.participants(ROOM))).toBeInstanceOf(UnavailableError);
    await server.start();
    await until(() => ann.outcome !== 'open' && bob.outcome !== 'open', 'both to be sent away');
    expect([ann.outcome, bob.outcome]).toEqual(['overflowed', 'overflowed']);
    await ready();
    expect(await failure(() => one.log.leave(ROOM, 'ann', 'LEFT'))).toBeInstanceOf(NotInRoomError);
    const back = await enter(at(two), 'ann', { after: ann.entered.cursor });
    expect(back.entered).toMatchObject({ recovered: false, others: [] });
    expect(back.entered.cursor > ann.entered.cursor).toBe(true);
  });

  test('Redis was emptied under it, that is found out as well', async () => {
    await empty(server.url);
    await until(() => ann.outcome !== 'open' && bob.outcome !== 'open', 'both to be sent away');
    expect((await enter(at(one), 'ann')).entered.recovered).toBe(false);
  });

  test('a room was closed, a join that was under way elsewhere does not make it anew', async () => {
    await one.log.closeRoom(ROOM, 'CLOSED_BY_OWNER');
    expect(await failure(() => enter(at(two), 'cem'))).toBeInstanceOf(RoomNotFoundError);
  });

  test('Redis is away for long, the node is told once, and when it is back', async () => {
    const told: string[] = [];
    one.redis.onLost(
      () => told.push('lost'),
      () => told.push('found'),
    );
    server.pause();
    await until(() => told.length > 0, 'the loss to be told');
    server.resume();
    await until(() => told.length > 1, 'the return to be told');
    expect(told).toEqual(['lost', 'found']);
  });
});
