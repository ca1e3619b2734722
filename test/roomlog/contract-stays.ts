import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  AlreadyInRoomError,
  NotInRoomError,
  RoomFullError,
  RoomNotFoundError,
} from '../../src/domain/errors.ts';
import { REMEMBERED_MS } from '../../src/domain/room/course.ts';
import {
  BOUNDS,
  enter,
  failure,
  type LogUnderTest,
  type MakeLog,
  offer,
  ROOM,
  rules,
} from './kit.ts';

/** Who is in a room: joining, leaving, leases, capacity, taking over. */
export function describeStays(make: MakeLog): void {
  let under: LogUnderTest;
  beforeEach(async () => {
    under = await make(BOUNDS);
  });
  afterEach(() => under.close());

  const names = async () => (await under.log.participants(ROOM)).map(({ user }) => user.name);

  test('a join answers who is there, and is told to those who are', async () => {
    const ann = await enter(under, 'ann');
    expect(ann.entered).toMatchObject({
      self: { role: 'HOST', joinOrder: 1, connection: 'CONNECTED', handRaised: false },
      others: [],
      recovered: false,
      missed: [],
    });
    const media = { audio: true, video: false, screen: true };
    const bob = await enter(under, 'bob', { media });
    const cem = await enter(under, 'cem');
    expect(bob.entered.self).toMatchObject({ role: 'MEMBER', joinOrder: 2, media });
    expect(cem.entered.others).toEqual([ann.entered.self, bob.entered.self]);
    await under.settle();
    const joined = ann.of('ParticipantJoined').map(({ participant }) => participant);
    expect(joined).toEqual([bob.entered.self, cem.entered.self]);
    expect(bob.types()).toEqual(['ParticipantJoined']);
    expect(cem.events).toEqual([]);
    expect(await names()).toEqual(['ann', 'bob', 'cem']);
    expect(under.log.occupied()).toEqual([ROOM]);
  });

  test('there is no gap between the answer to a join and the first event after it', async () => {
    await enter(under, 'ann');
    const joins = ['b', 'c', 'd', 'e', 'f'].map((name) => enter(under, name));
    const readers = await Promise.all(joins);
    await under.settle();
    for (const reader of readers) {
      const known = reader.entered.others.map(({ id }) => id);
      const told = reader.of('ParticipantJoined').map(({ participant }) => participant.id);
      expect(new Set([...known, ...told]).size).toBe(known.length + told.length);
      expect([...known, ...told]).toHaveLength(5);
      for (const event of reader.events) {
        expect(event.position).toBeGreaterThan(reader.entered.position);
        expect(event.cursor > reader.entered.cursor).toBe(true);
      }
    }
  });

  test('capacity counts those who are away, and holds however many come at once', async () => {
    const ann = await enter(under, 'ann', { rules: rules({ capacity: 3 }) });
    await under.log.detach(ann.entered.hold);
    const attempts = ['b', 'c', 'd', 'e'].map((name) =>
      enter(under, name, { rules: rules({ capacity: 3 }) }).catch((error: unknown) => error),
    );
    const results = await Promise.all(attempts);
    expect(results.filter((result) => result instanceof RoomFullError)).toHaveLength(2);
    expect(await names()).toHaveLength(3);
    const again = await enter(under, 'ann', { rules: rules({ capacity: 3 }) });
    expect(again.entered.recovered).toBe(true);
  });

  test('leaving is told to the others with its reason, once, and ends one’s own stream last', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    expect(await under.log.release(bob.entered.hold, 'LEFT')).toBe(true);
    expect(await under.log.release(bob.entered.hold, 'LEFT')).toBe(false);
    await under.log.detach(bob.entered.hold);
    await under.settle();
    expect(ann.of('ParticipantLeft')).toMatchObject([
      { participant: { id: bob.id }, reason: 'LEFT' },
    ]);
    expect(ann.types()).toEqual(['ParticipantJoined', 'ParticipantLeft']);
    expect(bob.types()).toEqual(['ParticipantLeft']);
    expect(bob.outcome).toBe('ended');
    expect(await failure(() => under.log.leave(ROOM, 'bob', 'LEFT'))).toBeInstanceOf(
      NotInRoomError,
    );
  });

  test('leaving a stay that is over leaves a newer one of the same user alone', async () => {
    const before = await enter(under, 'ann');
    await under.log.leave(ROOM, 'ann', 'LEFT', before.id);
    const now = await enter(under, 'ann');
    expect(await failure(() => under.log.leave(ROOM, 'ann', 'LEFT', before.id))).toBeInstanceOf(
      NotInRoomError,
    );
    expect(await names()).toEqual(['ann']);
    await under.log.leave(ROOM, 'ann', 'LEFT', now.id);
    expect(await names()).toEqual([]);
  });

  test('the last one to leave leaves nothing behind', async () => {
    const ann = await enter(under, 'ann');
    await under.log.leave(ROOM, 'ann', 'LEFT');
    await under.settle();
    expect(ann.outcome).toBe('ended');
    expect(under.log.occupied()).toEqual([]);
    expect(await names()).toEqual([]);
    const again = await enter(under, 'ann', { after: ann.entered.cursor });
    expect(again.entered.recovered).toBe(false);
    expect(again.id).not.toBe(ann.id);
    expect(again.entered.cursor > ann.entered.cursor).toBe(true);
  });

  test('who is lost is RECONNECTING at once, and gone after the grace, once', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    await under.log.detach(bob.entered.hold);
    await under.log.detach(bob.entered.hold);
    await under.settle();
    expect(ann.of('ParticipantUpdated')).toMatchObject([
      { participant: { id: bob.id, connection: 'RECONNECTING' } },
    ]);
    await under.clock.advance(BOUNDS.graceMs - 1);
    await under.settle();
    expect(ann.of('ParticipantLeft')).toEqual([]);
    await under.clock.advance(1);
    await under.settle();
    expect(ann.of('ParticipantLeft')).toMatchObject([
      { participant: { id: bob.id }, reason: 'DISCONNECTED' },
    ]);
    await under.clock.advance(BOUNDS.graceMs * 3);
    await under.settle();
    expect(ann.of('ParticipantLeft')).toHaveLength(1);
    expect(await names()).toEqual(['ann']);
  });

  test('who is lost without a clientKey is gone at once', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob', { clientKey: null });
    await under.log.detach(bob.entered.hold);
    await under.settle();
    expect(ann.types()).toEqual(['ParticipantJoined', 'ParticipantLeft']);
    expect(ann.of('ParticipantLeft')[0]).toMatchObject({ reason: 'DISCONNECTED' });
  });

  test('an old lease touches nobody who came back, nor a later stay', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    await under.log.detach(bob.entered.hold);
    await under.clock.advance(BOUNDS.graceMs - 1);
    const back = await enter(under, 'bob');
    expect(back.id).toBe(bob.id);
    await under.clock.advance(BOUNDS.graceMs - 1);
    await under.log.detach(back.entered.hold);
    // The first lease would have ended long ago; the second begins now.
    await under.clock.advance(BOUNDS.graceMs - 1);
    expect(await names()).toEqual(['ann', 'bob']);
    await under.log.leave(ROOM, 'bob', 'LEFT');
    const anew = await enter(under, 'bob');
    await under.clock.advance(BOUNDS.graceMs * 2);
    await under.settle();
    expect(await names()).toEqual(['ann', 'bob']);
    expect(anew.outcome).toBe('open');
    expect(ann.of('ParticipantLeft')).toHaveLength(1);
  });

  test('an outdated hold can do nothing to a stay that was entered again', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    const back = await enter(under, 'bob');
    expect(back.entered.hold.fence).toBeGreaterThan(bob.entered.hold.fence);
    await under.log.detach(bob.entered.hold);
    expect(await under.log.release(bob.entered.hold, 'LEFT')).toBe(false);
    await under.clock.advance(BOUNDS.graceMs * 2);
    await under.log.send(ROOM, 'ann', bob.id, offer('x'), null);
    await under.settle();
    // The swap is silent: the older stream ends, nobody is told.
    expect(bob.events).toEqual([]);
    expect(bob.outcome).toBe('ended');
    expect(back.offers()).toEqual(['x']);
    expect(ann.types()).toEqual(['ParticipantJoined']);
  });

  test('one place at a time: another client is refused, or takes over with a new stay', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    const other = { clientKey: 'another tab' };
    expect(await failure(() => enter(under, 'bob', other))).toBeInstanceOf(AlreadyInRoomError);
    const keyless = { clientKey: null };
    expect(await failure(() => enter(under, 'bob', keyless))).toBeInstanceOf(AlreadyInRoomError);
    const taken = await enter(under, 'bob', { ...other, takeOver: true });
    await under.settle();
    expect(taken.id).not.toBe(bob.id);
    expect(bob.of('ParticipantLeft')).toMatchObject([{ reason: 'REPLACED' }]);
    expect(bob.outcome).toBe('ended');
    expect(ann.types()).toEqual(['ParticipantJoined', 'ParticipantLeft', 'ParticipantJoined']);
    expect(await names()).toEqual(['ann', 'bob']);
  });

  test('two keyless clients of a user are two, too', async () => {
    await enter(under, 'bob', { clientKey: null });
    const refused = await failure(() => enter(under, 'bob', { clientKey: null }));
    expect(refused).toBeInstanceOf(AlreadyInRoomError);
  });

  test('taking over needs no free place, takes one that is away, and keeps the log of a room of one', async () => {
    const ann = await enter(under, 'ann', { rules: rules({ capacity: 2 }) });
    const bob = await enter(under, 'bob', { rules: rules({ capacity: 2 }) });
    await under.log.detach(bob.entered.hold);
    const taken = await enter(under, 'bob', {
      rules: rules({ capacity: 2 }),
      clientKey: 'new',
      takeOver: true,
    });
    await under.clock.advance(BOUNDS.graceMs * 2);
    await under.settle();
    expect(taken.outcome).toBe('open');
    expect(ann.of('ParticipantLeft')).toMatchObject([{ reason: 'REPLACED' }]);
    await under.log.leave(ROOM, 'ann', 'LEFT');
    const alone = await enter(under, 'bob', { clientKey: 'newest', takeOver: true });
    expect(alone.entered.position).toBeGreaterThan(taken.entered.position);
    expect(under.log.occupied()).toEqual([ROOM]);
  });

  test('a refused taking over changes nothing', async () => {
    const bob = await enter(under, 'bob', { rules: rules({ capacity: 2 }) });
    await enter(under, 'ann', { rules: rules({ capacity: 2 }) });
    const entrance = {
      rules: rules({ capacity: 1, revision: 1 }),
      clientKey: 'new',
      takeOver: true,
    };
    expect(await failure(() => enter(under, 'bob', entrance))).toBeInstanceOf(RoomFullError);
    await under.settle();
    expect(bob.outcome).toBe('open');
    expect(await names()).toEqual(['bob', 'ann']);
  });

  test('the end of a session ends every stay that came with it, also one that is away, and no other', async () => {
    const ann = await enter(under, 'ann');
    const phone = await enter(under, 'bob', { roomId: 'b'.repeat(16), sessionId: 'two' });
    const bob = await enter(under, 'bob', { sessionId: 'one' });
    const away = await enter(under, 'cem', { sessionId: 'three' });
    await under.log.detach(away.entered.hold);
    await under.log.endSession('one', 'SIGNED_OUT');
    await under.log.endSession('three', 'SIGNED_OUT');
    await under.log.endSession('unheard of', 'SIGNED_OUT');
    await under.settle();
    expect(bob.of('ParticipantLeft')).toMatchObject([{ reason: 'SIGNED_OUT' }]);
    expect(bob.outcome).toBe('ended');
    expect(phone.outcome).toBe('open');
    expect(ann.of('ParticipantLeft').map(({ reason }) => reason)).toEqual([
      'SIGNED_OUT',
      'SIGNED_OUT',
    ]);
    await under.clock.advance(BOUNDS.graceMs * 2);
    await under.settle();
    expect(ann.of('ParticipantLeft')).toHaveLength(2);
  });

  test('a stay belongs to the session that its client came with last', async () => {
    await enter(under, 'ann');
    const bob = await enter(under, 'bob', { sessionId: 'old' });
    await under.log.detach(bob.entered.hold);
    const back = await enter(under, 'bob', { sessionId: 'new' });
    await under.log.endSession('old', 'SIGNED_OUT');
    await under.settle();
    expect(back.outcome).toBe('open');
    await under.log.endSession('new', 'SIGNED_OUT');
    await under.settle();
    expect(back.outcome).toBe('ended');
  });

  test('closing a room tells everybody of every end, and that it is closed last', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    const away = await enter(under, 'cem');
    await under.log.detach(away.entered.hold);
    await under.log.closeRoom(ROOM, 'CLOSED_BY_OWNER');
    await under.settle();
    for (const reader of [ann, bob]) {
      expect(reader.of('ParticipantLeft').map(({ reason }) => reason)).toEqual(
        Array.from({ length: 3 }, () => 'ROOM_CLOSED'),
      );
      expect(reader.events.at(-1)).toMatchObject({
        type: 'RoomClosed',
        reason: 'CLOSED_BY_OWNER',
      });
      expect(reader.outcome).toBe('ended');
    }
    expect(under.log.occupied()).toEqual([]);
    await under.log.closeRoom(ROOM, 'CLOSED_BY_OWNER');
    // A join that began before must not make it anew.
    expect(await failure(() => enter(under, 'bob'))).toBeInstanceOf(RoomNotFoundError);
    await under.clock.advance(REMEMBERED_MS);
    await under.settle();
    expect((await enter(under, 'bob')).entered.others).toEqual([]);
  });
}
