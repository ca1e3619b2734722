import { afterEach, beforeEach, expect, test } from 'vitest';
import { NotInRoomError, PeerNotInRoomError } from '../../src/domain/errors.ts';
import {
  BOUNDS,
  enter,
  failure,
  type LogUnderTest,
  type MakeLog,
  offer,
  type Reader,
  ROOM,
} from './kit.ts';

/** What participants say, and whose hand is up. */
export function describeChat(make: MakeLog): void {
  let under: LogUnderTest;
  let ann: Reader;
  let bob: Reader;
  let cem: Reader;
  beforeEach(async () => {
    under = await make(BOUNDS);
    ann = await enter(under, 'ann');
    bob = await enter(under, 'bob');
    cem = await enter(under, 'cem');
  });
  afterEach(() => under.close());

  const say = (from: string, text: string, to: string | null = null, id: string | null = null) =>
    under.log.sendMessage(ROOM, from, to, text, id);
  const heard = (reader: Reader) => reader.of('MessageReceived').map(({ text }) => text);
  const said = ({ entered }: Reader) => entered.history.map(({ text }) => text);

  test('a message to all reaches all others, with its sender and the place that was answered', async () => {
    const { cursor, at } = await say('ann', 'Hello');
    await under.settle();
    for (const reader of [bob, cem]) {
      expect(reader.of('MessageReceived')).toMatchObject([
        { cursor, at, from: ann.id, user: ann.entered.self.user, text: 'Hello', private: false },
      ]);
    }
    expect(heard(ann)).toEqual([]);
  });

  test('a message to one reaches that one alone, and is not kept', async () => {
    await say('ann', 'Psst', bob.id);
    await under.settle();
    expect(bob.of('MessageReceived')).toMatchObject([
      { from: ann.id, to: bob.id, text: 'Psst', private: true },
    ]);
    expect([...heard(ann), ...heard(cem)]).toEqual([]);
    expect(said(await enter(under, 'dan'))).toEqual([]);
  });

  test('only a participant speaks, and only to another one of the same room', async () => {
    const elsewhere = await enter(under, 'dan', { roomId: 'b'.repeat(16) });
    expect(await failure(() => say('dan', 'x'))).toBeInstanceOf(NotInRoomError);
    expect(await failure(() => say('dan', 'x', ann.id))).toBeInstanceOf(NotInRoomError);
    expect(await failure(() => say('ann', 'x', elsewhere.id))).toBeInstanceOf(PeerNotInRoomError);
    expect(await failure(() => say('ann', 'x', ann.id))).toBeInstanceOf(PeerNotInRoomError);
    await under.settle();
    expect([ann, bob, cem, elsewhere].flatMap(heard)).toEqual([]);
    expect(said(await enter(under, 'eve'))).toEqual([]);
  });

  test('who joins gets what was said to all, the newest only, also of those who have left', async () => {
    for (let index = 1; index <= BOUNDS.historyMessages + 2; index += 1) {
      await say('ann', String(index));
    }
    await under.log.leave(ROOM, 'ann', 'LEFT');
    const dan = await enter(under, 'dan');
    expect(said(dan)).toEqual(['3', '4', '5', '6', '7']);
    expect(dan.entered.history[0]).toMatchObject({ from: ann.id, user: { name: 'ann' } });
    const cursors = dan.entered.history.map(({ cursor }) => cursor);
    expect(cursors).toEqual([...cursors].sort());
    expect(dan.entered.cursor > (cursors.at(-1) ?? '')).toBe(true);
    await under.settle();
    expect(heard(dan)).toEqual([]);
  });

  test('who comes back gets what it missed as events, or where that is lost as history', async () => {
    await under.log.detach(cem.entered.hold);
    await say('ann', 'one');
    await say('ann', 'two', cem.id);
    const back = await enter(under, 'cem');
    expect(back.entered).toMatchObject({ recovered: true, history: [] });
    expect(heard(back)).toEqual(['one', 'two']);
    const { cursor } = cem.entered;
    for (let index = 0; index <= BOUNDS.replayEvents; index += 1) {
      await under.log.send(ROOM, 'ann', back.id, offer(index), null);
    }
    const lost = await enter(under, 'cem', { after: cursor });
    expect(lost.entered.recovered).toBe(false);
    expect(said(lost)).toEqual(['one']);
  });

  test('what was said ends with the last one who leaves', async () => {
    await say('ann', 'Hello');
    for (const name of ['ann', 'bob', 'cem']) await under.log.leave(ROOM, name, 'LEFT');
    expect(said(await enter(under, 'dan'))).toEqual([]);
  });

  test('a messageId is appended once, and is no signalId', async () => {
    const first = await say('ann', 'Hello', null, 'id');
    expect(await say('ann', 'Hello', null, 'id')).toEqual(first);
    expect(await under.log.send(ROOM, 'ann', bob.id, offer('x'), 'id')).not.toBe(first.cursor);
    await say('bob', 'Hi', null, 'id');
    await under.settle();
    expect(heard(cem)).toEqual(['Hello', 'Hi']);
    expect(bob.offers()).toEqual(['x']);
    expect(said(await enter(under, 'dan'))).toEqual(['Hello', 'Hi']);
  });

  test('messages and signals have one order', async () => {
    await under.log.send(ROOM, 'ann', bob.id, offer(1), null);
    await say('ann', '2');
    await under.log.send(ROOM, 'ann', bob.id, offer(3), null);
    await say('ann', '4', bob.id);
    await under.settle();
    expect(
      bob.events
        .slice(-4)
        .map((event) => ('sdp' in event ? event.sdp : ''))
        .join(),
    ).toBe('1,,3,');
    expect(heard(bob)).toEqual(['2', '4']);
  });

  test('hands are told to all when they change, with the time by which they are asked in turn', async () => {
    await under.log.raiseHand(ROOM, 'cem', true);
    await under.clock.advance(10);
    const raised = await under.log.raiseHand(ROOM, 'bob', true);
    expect(raised).toMatchObject({ handRaised: true, handRaisedAt: under.clock.now() });
    // Up already: it keeps its place.
    await under.clock.advance(10);
    expect(await under.log.raiseHand(ROOM, 'bob', true)).toEqual(raised);
    await under.settle();
    const updates = ann.of('ParticipantUpdated').map(({ participant }) => participant);
    expect(updates.map(({ user, handRaised }) => [user.name, handRaised])).toEqual([
      ['cem', true],
      ['bob', true],
    ]);
    expect(updates.map(({ handRaisedAt }) => handRaisedAt ?? 0)).toEqual([
      under.clock.now() - 20,
      under.clock.now() - 10,
    ]);
    const lowered = await under.log.raiseHand(ROOM, 'cem', false);
    expect(lowered).toMatchObject({ handRaised: false, handRaisedAt: null });
    expect(await failure(() => under.log.raiseHand(ROOM, 'dan', true))).toBeInstanceOf(
      NotInRoomError,
    );
  });
}
