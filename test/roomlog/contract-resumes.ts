import { afterEach, beforeEach, expect, test } from 'vitest';
import { GoneError, HeldAnewError, NotInRoomError } from '../../src/domain/errors.ts';
import { Mailbox } from '../../src/domain/mailbox.ts';
import type { RoomEvent } from '../../src/domain/signaling/event.ts';
import {
  BOUNDS,
  enter,
  entranceOf,
  failure,
  type LogUnderTest,
  type MakeLog,
  offer,
  type Reader,
  ROOM,
} from './kit.ts';

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

/** Coming back: by cursor, by what is known to be received, and when neither serves. */
export function describeResumes(make: MakeLog): void {
  let under: LogUnderTest;
  let ann: Reader;
  let bob: Reader;
  beforeEach(async () => {
    under = await make(BOUNDS);
    ann = await enter(under, 'ann');
    bob = await enter(under, 'bob');
  });
  afterEach(() => under.close());

  async function sendToBob(from: number, to: number): Promise<void> {
    for (const number of numbers(from, to)) {
      await under.log.send(ROOM, 'ann', bob.id, offer(number), null);
    }
    await under.settle();
  }

  const cursorOf = (reader: Reader, index: number) => reader.events[index]?.cursor ?? '';

  test('with `after`, every event comes exactly once, in order, and the others see one coming back', async () => {
    await sendToBob(1, 3);
    await under.log.detach(bob.entered.hold);
    await sendToBob(4, 6);
    const back = await enter(under, 'bob', { after: cursorOf(bob, 1) });
    expect(back.entered).toMatchObject({
      recovered: true,
      cursor: cursorOf(bob, 1),
      self: { id: bob.id, connection: 'CONNECTED' },
    });
    await sendToBob(7, 8);
    expect(back.offers()).toEqual(numbers(3, 8));
    await under.settle();
    expect(ann.of('ParticipantUpdated').map(({ participant }) => participant.connection)).toEqual([
      'RECONNECTING',
      'CONNECTED',
    ]);
    expect(back.of('ParticipantUpdated')).toEqual([]);
  });

  test('after the newest event nothing is missed', async () => {
    await sendToBob(1, 3);
    await under.log.detach(bob.entered.hold);
    const back = await enter(under, 'bob', { after: cursorOf(bob, 2) });
    expect(back.entered).toMatchObject({ recovered: true, missed: [] });
    await sendToBob(4, 4);
    expect(back.offers()).toEqual(['4']);
  });

  test('after the snapshot of the join everything is missed', async () => {
    await sendToBob(1, 3);
    await under.log.detach(bob.entered.hold);
    const back = await enter(under, 'bob', { after: bob.entered.cursor });
    expect(back.offers()).toEqual(numbers(1, 3));
  });

  test('a client with a half-open socket comes back before its loss was seen', async () => {
    await sendToBob(1, 2);
    const back = await enter(under, 'bob', { after: cursorOf(bob, 0) });
    expect(back.entered.recovered).toBe(true);
    await sendToBob(3, 3);
    expect(back.offers()).toEqual(['2', '3']);
    expect(bob.outcome).toBe('ended');
    expect(ann.types()).toEqual(['ParticipantJoined']);
  });

  test('without `after` it goes on from what is known to be received, at least once', async () => {
    await sendToBob(1, 4);
    bob.mailbox.receivedThrough = bob.events[1]?.position ?? 0;
    await under.log.detach(bob.entered.hold);
    await sendToBob(5, 5);
    const back = await enter(under, 'bob');
    expect(back.entered).toMatchObject({ recovered: true, cursor: cursorOf(bob, 1) });
    expect(back.offers()).toEqual(numbers(3, 5));
    // Nothing more was received: the next resume goes on from the same place.
    const again = await enter(under, 'bob');
    expect(again.offers()).toEqual(numbers(3, 5));
  });

  test('without `after` and without a sign, everything since the join comes again', async () => {
    await sendToBob(1, 2);
    await under.log.detach(bob.entered.hold);
    const back = await enter(under, 'bob');
    expect(back.entered.recovered).toBe(true);
    expect(back.offers()).toEqual(numbers(1, 2));
  });

  test('a resume by `after` tells that everything before it was received', async () => {
    await sendToBob(1, 4);
    const back = await enter(under, 'bob', { after: cursorOf(bob, 2) });
    const again = await enter(under, 'bob');
    expect(back.offers()).toEqual(['4']);
    expect(again.offers()).toEqual(['4']);
  });

  test('a cursor that is none, of another log, of the future or of an earlier stay is not served', async () => {
    const elsewhere = await enter(under, 'bob', { roomId: 'b'.repeat(16) });
    const former = bob.entered.cursor;
    await under.log.leave(ROOM, 'bob', 'LEFT');
    const stay = await enter(under, 'bob');
    const future = stay.entered.cursor.replace(/.$/, 'z');
    const foreign = elsewhere.entered.cursor;
    for (const after of ['', 'nonsense', '0', `${former}0`, former, foreign, future]) {
      const back = await enter(under, 'bob', { after });
      expect(back.entered, after).toMatchObject({ recovered: false, missed: [] });
      expect(back.id).toBe(stay.id);
      expect(back.entered.others.map(({ id }) => id)).toEqual([ann.id]);
    }
    await under.settle();
    // What cannot be replayed is no new stay: nobody is told of anything.
    expect(ann.of('ParticipantLeft')).toHaveLength(1);
    expect(ann.of('ParticipantJoined')).toHaveLength(2);
  });

  test('a tail that was trimmed is said; the snapshot is of now, and the stay goes on', async () => {
    const { cursor } = bob.entered;
    await under.log.detach(bob.entered.hold);
    await sendToBob(1, BOUNDS.replayEvents + 1);
    const back = await enter(under, 'bob', { after: cursor });
    expect(back.entered).toMatchObject({ recovered: false, missed: [], self: { id: bob.id } });
    expect(back.entered.cursor > cursor).toBe(true);
    await sendToBob(99, 99);
    expect(back.offers()).toEqual(['99']);
  });

  test('as many events as the tail is said to hold are replayed', async () => {
    await under.log.detach(bob.entered.hold);
    // Beside the two that tell of the going and the coming.
    await sendToBob(1, BOUNDS.replayEvents - 2);
    const back = await enter(under, 'bob');
    expect(back.entered.recovered).toBe(true);
    expect(back.offers()).toEqual(numbers(1, BOUNDS.replayEvents - 2));
  });

  test('what was dropped from the tail is still delivered to those who are there', async () => {
    await sendToBob(1, BOUNDS.replayEvents * 3);
    expect(bob.offers()).toEqual(numbers(1, BOUNDS.replayEvents * 3));
  });

  test('a resume reaches back the configured time from the loss, however long the client was away since', async () => {
    await sendToBob(1, 1);
    await under.clock.advance(BOUNDS.replayMs);
    await sendToBob(2, 2);
    await under.log.detach(bob.entered.hold);
    await under.clock.advance(BOUNDS.graceMs - 1);
    await sendToBob(3, 3);
    const back = await enter(under, 'bob', { after: bob.entered.cursor });
    expect(back.entered.recovered).toBe(true);
    expect(back.offers()).toEqual(numbers(1, 3));
  });

  test('what is older than that is not served', async () => {
    await sendToBob(1, 1);
    await under.clock.advance(BOUNDS.replayMs + 1);
    await under.log.detach(bob.entered.hold);
    const back = await enter(under, 'bob', { after: bob.entered.cursor });
    expect(back.entered.recovered).toBe(false);
  });

  test('a clock that jumps back takes nothing away', async () => {
    await sendToBob(1, 2);
    await under.log.detach(bob.entered.hold);
    under.clock.jump(-3_600_000);
    await sendToBob(3, 3);
    await under.clock.advance(BOUNDS.graceMs - 1);
    const back = await enter(under, 'bob', { after: bob.entered.cursor });
    expect(back.entered.recovered).toBe(true);
    expect(back.offers()).toEqual(numbers(1, 3));
    const times = back.events.map(({ at }) => at);
    expect(times).toEqual([...times].sort((one, other) => one - other));
  });

  test('a clock that jumps forward ends no stay', async () => {
    await under.log.detach(bob.entered.hold);
    under.clock.jump(3_600_000);
    await sendToBob(1, 1);
    await under.clock.advance(BOUNDS.graceMs - 1);
    const back = await enter(under, 'bob');
    expect(back.id).toBe(bob.id);
  });

  test('a clock that jumps forward ends nobody early, whoever comes back or is cut off meanwhile', async () => {
    const cem = await enter(under, 'cem');
    await under.log.detach(bob.entered.hold);
    await under.clock.advance(BOUNDS.graceMs / 4);
    await under.log.detach(cem.entered.hold);
    await under.clock.advance(BOUNDS.graceMs / 4);
    under.clock.jump(3_600_000);
    expect((await enter(under, 'bob')).id).toBe(bob.id);
    await under.clock.advance(BOUNDS.graceMs * 0.7);
    await under.settle();
    expect((await enter(under, 'cem')).id).toBe(cem.id);
  });

  test.each([1000, 2000, 4000, 3_600_000, -2000, -3_600_000])(
    'a clock that is set by %i ms while somebody is lost ends that stay in time',
    async (step) => {
      /** In steps, so that what a node asks at a moment is answered at that moment. */
      const pass = async (ms: number) => {
        for (let passed = 0; passed < ms; passed += 250) {
          await under.clock.advance(250);
          await under.settle();
        }
      };
      await under.log.detach(bob.entered.hold);
      await pass(1000);
      under.clock.jump(step);
      // A step by less than half a second may not be noticed.
      await pass(BOUNDS.graceMs - 1750);
      const names = async () => (await under.log.participants(ROOM)).map(({ user }) => user.name);
      expect(await names()).toEqual(['ann', 'bob']);
      // Redis is asked twice a second.
      await pass(1750);
      expect(await names()).toEqual(['ann']);
    },
  );

  test('a clock that is set forward makes nothing too old for one who is not even missed', async () => {
    await sendToBob(1, 2);
    under.clock.jump(3_600_000);
    await sendToBob(3, 3);
    const back = await enter(under, 'bob', { after: bob.entered.cursor });
    expect(back.entered.recovered).toBe(true);
    expect(back.offers()).toEqual(numbers(1, 3));
  });

  test('a first snapshot that is lost with its socket is made good: what was said before it comes again', async () => {
    await under.log.sendMessage(ROOM, 'ann', null, 'before', null);
    const cem = await enter(under, 'cem');
    expect(cem.entered.history.map(({ text }) => text)).toEqual(['before']);
    await under.log.detach(cem.entered.hold);
    await under.log.sendMessage(ROOM, 'ann', null, 'since', null);
    const back = await enter(under, 'cem');
    expect(back.entered).toMatchObject({ recovered: true, cursor: cem.entered.cursor });
    expect(back.entered.history.map(({ text }) => text)).toEqual(['before']);
    expect(back.of('MessageReceived').map(({ text }) => text)).toEqual(['since']);
    // Proved to have come, it comes no more; nor where the client says so itself.
    back.mailbox.receivedThrough = back.entered.position;
    await under.log.detach(back.entered.hold);
    expect((await enter(under, 'cem')).entered.history).toEqual([]);
    const dan = await enter(under, 'dan');
    const known = await enter(under, 'dan', { after: dan.entered.cursor });
    expect(known.entered.history).toEqual([]);
    expect((await enter(under, 'dan')).entered.history).toEqual([]);
  });

  test('the last that one hears of oneself after a resume is that one is back', async () => {
    await under.log.detach(bob.entered.hold);
    await under.log.raiseHand(ROOM, 'bob', true);
    const back = await enter(under, 'bob', { after: bob.entered.cursor });
    await under.settle();
    expect(back.of('ParticipantUpdated').at(-1)?.participant).toMatchObject({
      id: bob.id,
      connection: 'CONNECTED',
      handRaised: true,
    });
  });

  test('what is done by a hold that is over has no effect', async () => {
    const { hold } = bob.entered;
    const back = await enter(under, 'bob', { after: bob.entered.cursor });
    const media = { audio: false, video: false, screen: false };
    await under.log.setMedia(ROOM, 'bob', media, back.entered.hold);
    const late = [
      () => under.log.setMedia(ROOM, 'bob', { audio: true }, hold),
      () => under.log.raiseHand(ROOM, 'bob', true, hold),
      () => under.log.leave(ROOM, 'bob', 'LEFT', null, hold),
      () => under.log.send(ROOM, 'bob', ann.id, offer('late'), null, hold),
      () => under.log.sendMessage(ROOM, 'bob', null, 'late', null, hold),
    ];
    for (const act of late) expect(await failure(act)).toBeInstanceOf(HeldAnewError);
    await under.log.send(ROOM, 'bob', ann.id, offer('now'), null, back.entered.hold);
    await under.settle();
    expect(ann.offers()).toEqual(['now']);
    expect(ann.of('MessageReceived')).toEqual([]);
    const { self } = back.entered;
    expect(await under.log.participants(ROOM)).toMatchObject([{ id: ann.id }, self]);
    await under.log.leave(ROOM, 'bob', 'LEFT');
    for (const act of late) expect(await failure(act)).toBeInstanceOf(NotInRoomError);
  });

  test('who is not there any more when it would enter puts nobody out', async () => {
    const mailbox = new Mailbox<RoomEvent>(10);
    const takeOver = entranceOf('bob', { clientKey: 'another', takeOver: true });
    const gone = () => under.log.enter(takeOver, mailbox, () => false);
    expect(await failure(gone)).toBeInstanceOf(GoneError);
    const resume = () => under.log.enter(entranceOf('bob'), mailbox, () => false);
    expect(await failure(resume)).toBeInstanceOf(GoneError);
    await under.settle();
    expect(bob.outcome).toBe('open');
    expect(ann.types()).toEqual(['ParticipantJoined']);
  });

  test('media said anew at a resume are told; said again as at the join they undo nothing', async () => {
    const on = { audio: true, video: true, screen: false };
    const off = { audio: true, video: false, screen: false };
    const cem = await enter(under, 'cem', { media: on });
    await under.log.setMedia(ROOM, 'cem', { video: false });
    await under.log.detach(cem.entered.hold);
    const stock = await enter(under, 'cem', { media: on });
    expect(stock.entered.self.media).toEqual(off);
    const sdk = await enter(under, 'cem', { media: { ...off, audio: false } });
    expect(sdk.entered.self.media).toEqual({ ...off, audio: false });
    const silent = await enter(under, 'cem', { media: null });
    expect(silent.entered.self.media).toEqual({ ...off, audio: false });
    await under.settle();
    expect(ann.of('ParticipantUpdated').at(-1)?.participant.media).toEqual({
      ...off,
      audio: false,
    });
  });
}
