import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  KnockNotFoundError,
  KnockRequiredError,
  NotHostError,
  NotInRoomError,
  RateLimitedError,
  RoomFullError,
  RoomLockedError,
} from '../../src/domain/errors.ts';
import type { KnockAnswer } from '../../src/domain/room/course.ts';
import type { Entrance } from '../../src/domain/room/entering.ts';
import type { Knock } from '../../src/domain/room/live-rooms.ts';
import { changed } from './contract-hosting.ts';
import {
  BOUNDS,
  enter,
  entranceOf,
  failure,
  type LogUnderTest,
  type MakeLog,
  type Reader,
  ROOM,
  rules,
} from './kit.ts';

/** Waiting before a room. */
export function describeKnocks(make: MakeLog): void {
  let under: LogUnderTest;
  beforeEach(async () => {
    under = await make(BOUNDS);
  });
  afterEach(() => under.close());

  const KNOCK = { rules: rules({ access: 'KNOCK' }) };

  async function knock(
    name: string,
    given: Partial<Entrance> = {},
  ): Promise<Knock & { answers: KnockAnswer[] }> {
    const answers: KnockAnswer[] = [];
    const waiter = { answered: (how: KnockAnswer) => answers.push(how) };
    const made = await under.log.knock(entranceOf(name, { ...KNOCK, ...given }), waiter);
    return { ...made, answers };
  }

  const knocked = (reader: Reader) => reader.of('KnockReceived').map(({ user }) => user.name);
  const ended = (reader: Reader) => reader.of('KnockEnded').map(({ knockId }) => knockId);

  test('all but the owner have to knock, also where nobody is in', async () => {
    expect(await failure(() => enter(under, 'bob', KNOCK))).toBeInstanceOf(KnockRequiredError);
    await enter(under, 'ann', KNOCK);
    const wrong = { ...KNOCK, pass: 'x' };
    expect(await failure(() => enter(under, 'bob', wrong))).toBeInstanceOf(KnockRequiredError);
  });

  test('who was denied waits as long as ever, though the clock is set forward by an hour', async () => {
    await enter(under, 'ann', KNOCK);
    const bob = await knock('bob');
    await under.log.answerKnock(ROOM, 'ann', bob.knockId, false);
    under.clock.jump(3_600_000);
    expect(await failure(() => knock('bob'))).toBeInstanceOf(RateLimitedError);
    // What is due meanwhile is done in time, as nodes do.
    for (let passed = 0; passed < BOUNDS.deniedMs; passed += 1000) {
      await under.clock.advance(1000);
      await under.settle();
    }
    await under.clock.advance(1000);
    await knock('bob');
  });

  test('a knock knows whether a host was told', async () => {
    expect(await knock('bob')).toMatchObject({ hostTold: false });
    await enter(under, 'ann', KNOCK);
    expect(await knock('dan')).toMatchObject({ hostTold: true });
  });

  test('a knock is told to the host alone; admitted, it opens the door once and for that user', async () => {
    const ann = await enter(under, 'ann', KNOCK);
    const dan = await knock('dan');
    await under.log.answerKnock(ROOM, 'ann', dan.knockId, true);
    const inside = await enter(under, 'dan', { ...KNOCK, pass: dan.knockId });
    const bob = await knock('bob');
    await under.settle();
    expect(ann.of('KnockReceived').at(-1)).toMatchObject({
      knockId: bob.knockId,
      user: { id: 'bob', name: 'bob' },
      to: ann.id,
    });
    expect(bob.answers).toEqual([]);
    await under.log.answerKnock(ROOM, 'ann', bob.knockId, true);
    await under.settle();
    expect(bob.answers).toEqual(['admitted']);
    expect(ended(ann)).toEqual([dan.knockId, bob.knockId]);
    expect(inside.types()).toEqual([]);
    const pass = { ...KNOCK, pass: bob.knockId };
    expect(await failure(() => enter(under, 'cem', pass))).toBeInstanceOf(KnockRequiredError);
    await enter(under, 'bob', pass);
    await under.log.leave(ROOM, 'bob', 'LEFT');
    expect(await failure(() => enter(under, 'bob', pass))).toBeInstanceOf(KnockRequiredError);
  });

  test('a denied knock is no pass, and is answered once', async () => {
    await enter(under, 'ann', KNOCK);
    const bob = await knock('bob');
    await under.log.answerKnock(ROOM, 'ann', bob.knockId, false);
    await under.settle();
    expect(bob.answers).toEqual(['denied']);
    for (const admitted of [true, false]) {
      const again = () => under.log.answerKnock(ROOM, 'ann', bob.knockId, admitted);
      expect(await failure(again)).toBeInstanceOf(KnockNotFoundError);
    }
    const pass = { ...KNOCK, pass: bob.knockId };
    expect(await failure(() => enter(under, 'bob', pass))).toBeInstanceOf(KnockRequiredError);
    await under.log.withdraw(bob);
    await under.settle();
    expect(bob.answers).toEqual(['denied']);
  });

  test('only the host answers', async () => {
    await enter(under, 'ann');
    await enter(under, 'bob');
    await under.log.update(changed({ access: 'KNOCK' }));
    const cem = await knock('cem');
    const answer = (by: string, id = cem.knockId) => under.log.answerKnock(ROOM, by, id, true);
    expect(await failure(() => answer('bob'))).toBeInstanceOf(NotHostError);
    expect(await failure(() => answer('cem'))).toBeInstanceOf(NotInRoomError);
    expect(await failure(() => answer('ann', 'nothing'))).toBeInstanceOf(KnockNotFoundError);
    await under.settle();
    expect(cem.answers).toEqual([]);
  });

  test('whoever becomes host is told of those who wait, and nobody else ever is', async () => {
    const first = await knock('bob');
    const ann = await enter(under, 'ann', KNOCK);
    const second = await knock('cem');
    const dan = await knock('dan');
    await under.log.answerKnock(ROOM, 'ann', dan.knockId, true);
    const inside = await enter(under, 'dan', { ...KNOCK, pass: dan.knockId });
    await under.settle();
    expect(knocked(ann)).toEqual(['bob', 'cem', 'dan']);
    expect(inside.types()).toEqual([]);
    await under.log.leave(ROOM, 'ann', 'LEFT');
    await under.settle();
    expect(inside.types()).toEqual([
      'ParticipantLeft',
      'ParticipantUpdated',
      'KnockReceived',
      'KnockReceived',
    ]);
    expect(knocked(inside)).toEqual(['bob', 'cem']);
    const back = await enter(under, 'ann', KNOCK);
    await under.settle();
    expect(knocked(back)).toEqual(['bob', 'cem']);
    await under.log.answerKnock(ROOM, 'ann', first.knockId, false);
    await under.log.withdraw(second);
    await under.settle();
    expect(ended(back)).toEqual([first.knockId, second.knockId]);
    expect(ended(inside)).toEqual([]);
  });

  test('a host who comes back is told again', async () => {
    const ann = await enter(under, 'ann', KNOCK);
    const bob = await knock('bob');
    await under.log.detach(ann.entered.hold);
    const cem = await knock('cem');
    await under.log.withdraw(bob);
    const back = await enter(under, 'ann', { ...KNOCK, after: ann.entered.cursor });
    await under.settle();
    expect(back.entered.recovered).toBe(true);
    // What it missed first, then all who wait now.
    expect(back.types()).toEqual(['KnockReceived', 'KnockReceived', 'KnockEnded', 'KnockReceived']);
    expect(back.of('KnockReceived').at(-1)?.knockId).toBe(cem.knockId);
  });

  test('a second knock of a user replaces the first', async () => {
    const ann = await enter(under, 'ann', KNOCK);
    const first = await knock('bob');
    const second = await knock('bob', { clientKey: 'another' });
    await under.settle();
    expect(first.answers).toEqual(['replaced']);
    expect(second.answers).toEqual([]);
    expect(ended(ann)).toEqual([first.knockId]);
    const gone = () => under.log.answerKnock(ROOM, 'ann', first.knockId, true);
    expect(await failure(gone)).toBeInstanceOf(KnockNotFoundError);
    await under.log.withdraw(first);
    await under.log.answerKnock(ROOM, 'ann', second.knockId, true);
    await under.settle();
    expect(second.answers).toEqual(['admitted']);
  });

  test('as many wait as may; who is gone makes room', async () => {
    const names = Array.from({ length: BOUNDS.lobbyKnocks }, (_, index) => `guest ${index}`);
    const waiting = [];
    for (const name of names) waiting.push(await knock(name));
    expect(await failure(() => knock('one more'))).toBeInstanceOf(RateLimitedError);
    // Who waits already may knock anew.
    await knock('guest 0');
    const last = waiting.at(-1);
    if (last !== undefined) await under.log.withdraw(last);
    await knock('one more');
    expect(under.log.occupied()).toEqual([ROOM]);
  });

  test('a knock ends with its session', async () => {
    const ann = await enter(under, 'ann', KNOCK);
    const bob = await knock('bob', { sessionId: 'one' });
    const cem = await knock('cem', { sessionId: 'two' });
    await under.log.endSession('one', 'SIGNED_OUT');
    await under.settle();
    expect(ended(ann)).toEqual([bob.knockId]);
    expect([...bob.answers, ...cem.answers]).toEqual([]);
    const gone = () => under.log.answerKnock(ROOM, 'ann', bob.knockId, true);
    expect(await failure(gone)).toBeInstanceOf(KnockNotFoundError);
  });

  test('who waits is let in by an open room, and refused by a locked one', async () => {
    const ann = await enter(under, 'ann', KNOCK);
    const bob = await knock('bob');
    await under.log.update(changed({ access: 'KNOCK', name: 'Same', revision: 1 }));
    await under.settle();
    expect(bob.answers).toEqual([]);
    await under.log.update(changed({ access: 'OPEN', revision: 2 }));
    await under.settle();
    expect(bob.answers).toEqual(['admitted']);
    expect(ended(ann)).toEqual([bob.knockId]);
    await enter(under, 'bob', { ...KNOCK, pass: bob.knockId });
    // Whoever knocks with what it knew before is answered at once.
    const late = await knock('cem');
    await under.settle();
    expect(late.answers).toEqual(['admitted']);
    await under.log.update(changed({ access: 'KNOCK', revision: 3 }));
    const dan = await knock('dan');
    await under.log.update(changed({ access: 'LOCKED', revision: 4 }));
    const later = await knock('eve');
    await under.settle();
    expect([dan.answers, later.answers]).toEqual([['denied'], ['denied']]);
    const pass = { ...KNOCK, pass: dan.knockId };
    expect(await failure(() => enter(under, 'dan', pass))).toBeInstanceOf(RoomLockedError);
  });

  test('an admitted one still needs a free place', async () => {
    const one = { rules: rules({ access: 'KNOCK', capacity: 1 }) };
    await enter(under, 'ann', one);
    const bob = await knock('bob', one);
    await under.log.answerKnock(ROOM, 'ann', bob.knockId, true);
    const pass = { ...one, pass: bob.knockId };
    expect(await failure(() => enter(under, 'bob', pass))).toBeInstanceOf(RoomFullError);
  });

  test('a closed room sends away who waits, whether anybody was in or not', async () => {
    const bob = await knock('bob');
    expect(under.log.occupied()).toEqual([ROOM]);
    await under.log.closeRoom(ROOM, 'EXPIRED');
    await under.settle();
    expect(bob.answers).toEqual(['closed']);
    expect(under.log.occupied()).toEqual([]);
    const roomId = 'b'.repeat(16);
    await enter(under, 'ann', { ...KNOCK, roomId });
    const cem = await knock('cem', { roomId });
    await under.log.closeRoom(roomId, 'CLOSED_BY_OWNER');
    await under.settle();
    expect(cem.answers).toEqual(['closed']);
    expect(under.log.occupied()).toEqual([]);
  });

  test('who waits is told nothing of the inside, and leaves nothing behind', async () => {
    const bob = await knock('bob');
    const ann = await enter(under, 'ann', KNOCK);
    await under.log.withdraw(bob);
    await under.log.withdraw(bob);
    await under.log.leave(ROOM, 'ann', 'LEFT');
    await under.settle();
    expect(ended(ann)).toEqual([bob.knockId]);
    expect(bob.answers).toEqual([]);
    expect(under.log.occupied()).toEqual([]);
  });
}
