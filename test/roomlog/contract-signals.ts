import { afterEach, beforeEach, expect, test } from 'vitest';
import { NotInRoomError, PeerNotInRoomError } from '../../src/domain/errors.ts';
import { BOUNDS, enter, failure, type LogUnderTest, type MakeLog, offer, ROOM } from './kit.ts';

/** Who gets what, in which order. */
export function describeSignals(make: MakeLog): void {
  let under: LogUnderTest;
  beforeEach(async () => {
    under = await make(BOUNDS);
  });
  afterEach(() => under.close());

  const send = (from: string, to: string, sdp: string | number, signalId: string | null = null) =>
    under.log.send(ROOM, from, to, offer(sdp), signalId);

  test('a signal reaches its addressee alone, with its sender and the cursor that was answered', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    const cem = await enter(under, 'cem');
    const cursor = await send('ann', bob.id, 'hello');
    await under.settle();
    expect(bob.of('OfferReceived')).toMatchObject([
      { from: ann.id, to: bob.id, sdp: 'hello', cursor, at: under.clock.now() },
    ]);
    expect(cem.offers()).toEqual([]);
    expect(ann.offers()).toEqual([]);
  });

  test('entries have one order: positions and cursors grow with each, and are the same for every reader', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    for (let round = 0; round < 5; round += 1) {
      await under.log.setMedia(ROOM, 'ann', { audio: round % 2 === 0 });
      await send('ann', bob.id, round);
      await send('bob', ann.id, round);
    }
    await under.settle();
    for (const reader of [ann, bob]) {
      const positions = reader.events.map(({ position }) => position);
      expect(positions).toEqual([...new Set(positions)].sort((one, other) => one - other));
      const cursors = reader.events.map(({ cursor }) => cursor);
      expect(cursors).toEqual([...cursors].sort());
    }
    const seen = (reader: typeof ann) =>
      reader.of('ParticipantUpdated').map(({ cursor, participant }) => [cursor, participant]);
    expect(seen(ann)).toEqual(seen(bob));
  });

  test('calls made one after the other take effect in that order, although none is waited for', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    const calls = Array.from({ length: 15 }, (_, index) => send('ann', bob.id, index));
    const left = under.log.leave(ROOM, 'ann', 'LEFT');
    await Promise.all([...calls, left]);
    await under.settle();
    expect(bob.offers()).toEqual(Array.from({ length: 15 }, (_, index) => String(index)));
    // Ann was the host, so bob is next.
    expect(bob.types().slice(-2)).toEqual(['ParticipantLeft', 'ParticipantUpdated']);
    expect(ann.outcome).toBe('ended');
  });

  test('of many calls made at once each is answered for itself, in every room in its order', async () => {
    const rooms = ['a', 'b', 'c'].map((letter) => letter.repeat(16));
    const inRooms = await Promise.all(
      rooms.map(async (roomId) => ({
        roomId,
        ann: await enter(under, 'ann', { roomId }),
        bob: await enter(under, 'bob', { roomId }),
      })),
    );
    // More than any implementation takes at once.
    const all = Array.from({ length: 100 }, (_, index) => index);
    const call = async (roomId: string, from: string, to: string, index: number) =>
      under.log.send(roomId, from, to, offer(index), null);
    const calls = all.flatMap((index) =>
      inRooms.flatMap(({ roomId, bob }) => [
        call(roomId, 'ann', bob.id, index),
        call(roomId, 'nobody', bob.id, index),
        call(roomId, 'ann', 'nobody', index),
      ]),
    );
    const outcomes = await Promise.allSettled(calls);
    await under.settle();
    for (const [index, { bob }] of inRooms.entries()) {
      expect(bob.offers()).toEqual(all.map(String));
      const mine = outcomes.filter((_, at) => Math.floor(at / 3) % inRooms.length === index);
      const answered = mine.map((outcome) =>
        outcome.status === 'fulfilled' ? outcome.value : outcome.reason.constructor,
      );
      const cursors = bob.of('OfferReceived').map(({ cursor }) => cursor);
      expect(answered).toEqual(
        cursors.flatMap((cursor) => [cursor, NotInRoomError, PeerNotInRoomError]),
      );
    }
  });

  test('candidates arrive as they were sent, whatever is in them', async () => {
    await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    const candidates = [
      { candidate: 'candidate:1 1 udp 1 192.0.2.1 1 typ host', sdpMid: '0', sdpMLineIndex: 0 },
      { candidate: '', sdpMid: null, sdpMLineIndex: null, usernameFragment: null },
      { candidate: '- 1 "\\\n\u0000', sdpMid: '', sdpMLineIndex: 65_535, usernameFragment: '5 ' },
      { candidate: 'grüße 🎥', sdpMid: '🎥', sdpMLineIndex: 1, usernameFragment: 'é-' },
    ];
    const signal = { type: 'IceCandidatesReceived', candidates } as const;
    await under.log.send(ROOM, 'ann', bob.id, signal, null);
    await under.settle();
    const [received] = bob.of('IceCandidatesReceived');
    const withNulls = (all: typeof candidates | undefined) =>
      all?.map(({ candidate, sdpMid, sdpMLineIndex, usernameFragment }) => ({
        candidate,
        sdpMid: sdpMid ?? null,
        sdpMLineIndex: sdpMLineIndex ?? null,
        usernameFragment: usernameFragment ?? null,
      }));
    expect(withNulls(received?.candidates as typeof candidates)).toEqual(withNulls(candidates));
  });

  test('only a participant sends, and only to another one of the same room', async () => {
    const ann = await enter(under, 'ann');
    const elsewhere = await enter(under, 'bob', { roomId: 'b'.repeat(16) });
    expect(await failure(() => send('bob', ann.id, 'x'))).toBeInstanceOf(NotInRoomError);
    expect(await failure(() => send('ann', elsewhere.id, 'x'))).toBeInstanceOf(PeerNotInRoomError);
    expect(await failure(() => send('ann', ann.id, 'x'))).toBeInstanceOf(PeerNotInRoomError);
    expect(await failure(() => send('ann', '__proto__', 'x'))).toBeInstanceOf(PeerNotInRoomError);
    const nowhere = () => under.log.send('c'.repeat(16), 'ann', ann.id, offer('x'), null);
    expect(await failure(nowhere)).toBeInstanceOf(NotInRoomError);
    await under.settle();
    expect(elsewhere.events).toEqual([]);
  });

  test('a send to one who is gone fails; to one who is away it is kept', async () => {
    await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    await under.log.detach(bob.entered.hold);
    await send('ann', bob.id, 'kept');
    const again = await enter(under, 'bob');
    expect(again.entered.recovered).toBe(true);
    expect(again.offers()).toEqual(['kept']);
    await under.log.release(again.entered.hold, 'LEFT');
    expect(await failure(() => send('ann', bob.id, 'x'))).toBeInstanceOf(PeerNotInRoomError);
  });

  test('a signalId is appended once, and answered alike each time', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    const first = await send('ann', bob.id, 'one', 'id');
    expect(await send('ann', bob.id, 'one', 'id')).toBe(first);
    // Another participant's id is another id, and so is that of a later stay.
    expect(await send('bob', ann.id, 'two', 'id')).not.toBe(first);
    await under.log.leave(ROOM, 'ann', 'LEFT');
    await enter(under, 'ann');
    expect(await send('ann', bob.id, 'three', 'id')).not.toBe(first);
    await under.settle();
    expect(bob.offers()).toEqual(['one', 'three']);
    expect(ann.offers()).toEqual(['two']);
  });

  test('a signalId is known to a stay that came back, and when its addressee is gone', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    const first = await send('ann', bob.id, 'one', 'id');
    await under.log.detach(ann.entered.hold);
    await enter(under, 'ann');
    await under.log.leave(ROOM, 'bob', 'LEFT');
    expect(await send('ann', bob.id, 'one', 'id')).toBe(first);
  });

  test('a refused signalId is not remembered', async () => {
    await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    expect(await failure(() => send('ann', 'nobody', 'x', 'id'))).toBeInstanceOf(
      PeerNotInRoomError,
    );
    await send('ann', bob.id, 'x', 'id');
    await under.settle();
    expect(bob.offers()).toEqual(['x']);
  });

  test('media changes are told to all, oneself too, when anything changed', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    expect(await under.log.setMedia(ROOM, 'bob', { audio: true })).toMatchObject({
      media: { audio: true, video: false, screen: false },
    });
    await under.log.setMedia(ROOM, 'bob', { audio: true });
    await under.settle();
    expect(ann.of('ParticipantUpdated')).toHaveLength(1);
    expect(bob.of('ParticipantUpdated')).toHaveLength(1);
    const gone = await failure(() => under.log.setMedia(ROOM, 'cem', { audio: true }));
    expect(gone).toBeInstanceOf(NotInRoomError);
  });
}
