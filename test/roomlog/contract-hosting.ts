import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  KnockRequiredError,
  NotHostError,
  NotInRoomError,
  PeerNotInRoomError,
  RemovedFromRoomError,
  RoomFullError,
  RoomLockedError,
} from '../../src/domain/errors.ts';
import { REMEMBERED_MS } from '../../src/domain/room/course.ts';
import type { RoomActivity } from '../../src/domain/room/live-rooms.ts';
import { type Room, settingsOf } from '../../src/domain/rooms/room.ts';
import {
  BOUNDS,
  enter,
  failure,
  type LogUnderTest,
  type MakeLog,
  offer,
  type Reader,
  ROOM,
  rules,
} from './kit.ts';

/** The room of {@link rules}, as its owner has changed it. */
export function changed(given: Partial<Room>): Room {
  return {
    id: ROOM,
    ...settingsOf({ capacity: 8, allowGuests: true }),
    owner: { id: 'ann', name: 'ann', isGuest: false },
    revision: 1,
    banned: [],
    createdAt: new Date(0),
    expiresAt: new Date(0),
    ...given,
  };
}

/** Who moderates, and what that one may do. */
export function describeHosting(make: MakeLog): void {
  let under: LogUnderTest;
  beforeEach(async () => {
    under = await make(BOUNDS);
  });
  afterEach(() => under.close());

  const roles = async () =>
    (await under.log.participants(ROOM)).map(({ user, role }) => `${user.name} ${role}`);
  const told = (reader: Reader) =>
    reader.events.map((event) =>
      'participant' in event
        ? `${event.type} ${event.participant.user.name} ${event.participant.role}`
        : event.type,
    );
  const guest = (name: string) => ({ user: { id: name, name, isGuest: true } });

  test('the first to come moderates, until the owner comes; then it is told right before', async () => {
    const bob = await enter(under, 'bob');
    const cem = await enter(under, 'cem');
    expect(await roles()).toEqual(['bob HOST', 'cem MEMBER']);
    const ann = await enter(under, 'ann');
    await under.settle();
    const handover = ['ParticipantUpdated bob MEMBER', 'ParticipantJoined ann HOST'];
    expect(told(bob)).toEqual(['ParticipantJoined cem MEMBER', ...handover]);
    expect(told(cem)).toEqual(handover);
    expect(ann.entered.self.role).toBe('HOST');
    expect(ann.entered.others.map(({ role }) => role)).toEqual(['MEMBER', 'MEMBER']);
    expect(await roles()).toEqual(['bob MEMBER', 'cem MEMBER', 'ann HOST']);
  });

  test('when the host leaves for good the one who has been in longest is next, told right after', async () => {
    await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    await enter(under, 'cem');
    await under.log.leave(ROOM, 'ann', 'LEFT');
    await under.settle();
    expect(told(bob)).toEqual([
      'ParticipantJoined cem MEMBER',
      'ParticipantLeft ann HOST',
      'ParticipantUpdated bob HOST',
    ]);
    await under.log.leave(ROOM, 'bob', 'LEFT');
    expect(await roles()).toEqual(['cem HOST']);
    await enter(under, 'ann');
    expect(await roles()).toEqual(['cem MEMBER', 'ann HOST']);
  });

  test('accounts are next before guests, however long those have been in', async () => {
    await enter(under, 'ann');
    await enter(under, 'gil', guest('gil'));
    await enter(under, 'bob');
    await under.log.leave(ROOM, 'ann', 'LEFT');
    expect(await roles()).toEqual(['gil MEMBER', 'bob HOST']);
    await under.log.leave(ROOM, 'bob', 'LEFT');
    expect(await roles()).toEqual(['gil HOST']);
  });

  test('a host that is away stays host until its stay ends', async () => {
    const bob = await enter(under, 'bob');
    await enter(under, 'cem');
    await under.log.detach(bob.entered.hold);
    expect(await roles()).toEqual(['bob HOST', 'cem MEMBER']);
    const back = await enter(under, 'bob');
    expect(back.entered.self.role).toBe('HOST');
    await under.log.detach(back.entered.hold);
    await under.clock.advance(BOUNDS.graceMs);
    await under.settle();
    expect(await roles()).toEqual(['cem HOST']);
  });

  test('who takes over from its own stay as host is host, and nobody else is meanwhile', async () => {
    await enter(under, 'bob');
    const cem = await enter(under, 'cem');
    await enter(under, 'bob', { clientKey: 'another', takeOver: true });
    await under.settle();
    expect(told(cem)).toEqual(['ParticipantLeft bob HOST', 'ParticipantJoined bob HOST']);
    await enter(under, 'cem', { clientKey: 'another', takeOver: true });
    expect(await roles()).toEqual(['bob HOST', 'cem MEMBER']);
  });

  test('the host removes another, who is told last and may come back', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    const removed = await under.log.remove(ROOM, 'ann', bob.id, false);
    expect(removed.participant.id).toBe(bob.id);
    await under.settle();
    expect(bob.of('ParticipantLeft')).toMatchObject([{ reason: 'REMOVED' }]);
    expect(bob.outcome).toBe('ended');
    expect(ann.of('ParticipantLeft')).toMatchObject([{ reason: 'REMOVED' }]);
    const again = await enter(under, 'bob');
    expect(again.id).not.toBe(bob.id);
  });

  test('only the host removes and asks to mute, and only others who are there', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    const cem = await enter(under, 'cem');
    const elsewhere = await enter(under, 'dan', { roomId: 'b'.repeat(16) });
    for (const act of [
      (by: string, whom: string) => under.log.remove(ROOM, by, whom, true),
      (by: string, whom: string) => under.log.requestMute(ROOM, by, whom),
    ]) {
      expect(await failure(() => act('bob', cem.id))).toBeInstanceOf(NotHostError);
      expect(await failure(() => act('bob', bob.id))).toBeInstanceOf(NotHostError);
      expect(await failure(() => act('dan', cem.id))).toBeInstanceOf(NotInRoomError);
      expect(await failure(() => act('nobody', cem.id))).toBeInstanceOf(NotInRoomError);
      expect(await failure(() => act('ann', ann.id))).toBeInstanceOf(PeerNotInRoomError);
      expect(await failure(() => act('ann', elsewhere.id))).toBeInstanceOf(PeerNotInRoomError);
      expect(await failure(() => act('ann', '__proto__'))).toBeInstanceOf(PeerNotInRoomError);
    }
    await under.settle();
    expect(await roles()).toHaveLength(3);
    expect(cem.events).toEqual([]);
  });

  test('who is banned stays out: with the same client, with another, of a full room, after everybody left', async () => {
    await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    await under.log.remove(ROOM, 'ann', bob.id, true);
    const others = [
      {},
      { clientKey: null },
      { takeOver: true },
      { rules: rules({ capacity: 1, revision: 5 }) },
    ];
    for (const given of others) {
      expect(await failure(() => enter(under, 'bob', given))).toBeInstanceOf(RemovedFromRoomError);
    }
    await under.log.leave(ROOM, 'ann', 'LEFT');
    expect(await failure(() => enter(under, 'bob'))).toBeInstanceOf(RemovedFromRoomError);
    // A room of its own is another matter.
    await enter(under, 'bob', { roomId: 'b'.repeat(16) });
  });

  test('who the store says is banned stays out as well', async () => {
    const banned = ['cem', 'bob'].map((userId) => ({ userId, address: null, device: null }));
    expect(await failure(() => enter(under, 'bob', { banned }))).toBeInstanceOf(
      RemovedFromRoomError,
    );
    expect(under.log.occupied()).toEqual([]);
  });

  test('a request to mute reaches the one it is for alone, and changes nothing', async () => {
    const ann = await enter(under, 'ann');
    const media = { audio: true, video: true, screen: false };
    const bob = await enter(under, 'bob', { media });
    const cem = await enter(under, 'cem');
    await under.log.requestMute(ROOM, 'ann', bob.id);
    await under.settle();
    expect(bob.of('MuteRequested')).toMatchObject([{ by: ann.id, from: ann.id, to: bob.id }]);
    expect([...ann.types(), ...cem.types()]).not.toContain('MuteRequested');
    expect((await under.log.participants(ROOM))[1]?.media).toEqual(media);
  });

  test('whoever runs the server removes anybody, the host too, and bans', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    const removed = await under.log.remove(ROOM, null, bob.id, true);
    expect(removed.participant).toMatchObject({ id: bob.id });
    expect(await failure(() => enter(under, 'bob'))).toBeInstanceOf(RemovedFromRoomError);
    await under.log.remove(ROOM, null, ann.id, false);
    for (const roomId of [ROOM, 'c'.repeat(16)]) {
      const again = await failure(() => under.log.remove(roomId, null, bob.id, false));
      expect(again).toBeInstanceOf(PeerNotInRoomError);
    }
    await under.settle();
    expect([ann.outcome, bob.outcome]).toEqual(['ended', 'ended']);
  });

  test('a locked room lets in its owner and whoever was in it, and nobody else', async () => {
    const bob = await enter(under, 'bob');
    await under.log.update(changed({ access: 'LOCKED' }));
    expect(await failure(() => enter(under, 'cem'))).toBeInstanceOf(RoomLockedError);
    await under.log.detach(bob.entered.hold);
    expect((await enter(under, 'bob')).id).toBe(bob.id);
    const taken = await enter(under, 'bob', { clientKey: 'another', takeOver: true });
    expect(taken.id).not.toBe(bob.id);
    await enter(under, 'ann');
    await under.log.leave(ROOM, 'bob', 'LEFT');
    expect(await failure(() => enter(under, 'bob'))).toBeInstanceOf(RoomLockedError);
  });

  test('changed settings are told to all, once, and hold for who comes with older ones', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    const room = changed({ name: 'Seminar', capacity: 2, revision: 3 });
    await under.log.update(room);
    await under.log.update(changed({ name: 'Of before', revision: 2 }));
    await under.log.update(room);
    await under.settle();
    const { banned: _, ...shown } = room;
    for (const reader of [ann, bob]) {
      expect(reader.of('RoomUpdated').map((event) => event.room)).toEqual([shown]);
    }
    expect(await failure(() => enter(under, 'cem'))).toBeInstanceOf(RoomFullError);
    const newer = rules({ capacity: 3, revision: 4 });
    await enter(under, 'cem', { rules: newer });
    expect(await failure(() => enter(under, 'dan', { rules: rules() }))).toBeInstanceOf(
      RoomFullError,
    );
  });

  test('a room that nobody is in takes new settings, too', async () => {
    await under.log.update(changed({ access: 'KNOCK' }));
    expect(await failure(() => enter(under, 'bob'))).toBeInstanceOf(KnockRequiredError);
    await enter(under, 'ann');
  });

  test('a new name is shown in every room', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    const elsewhere = await enter(under, 'bob', { roomId: 'b'.repeat(16) });
    const user = { id: 'bob', name: 'Robert', isGuest: false };
    await under.log.rename(user);
    await under.settle();
    for (const reader of [ann, bob, elsewhere]) {
      expect(reader.of('ParticipantUpdated').map(({ participant }) => participant.user)).toEqual([
        user,
      ]);
    }
  });

  test('who observes hears each start, join, leaving and end once, in order', async () => {
    const seen: RoomActivity[] = [];
    under.log.observe((activity) => seen.push(activity));
    await enter(under, 'bob');
    const bob = await enter(under, 'bob', { clientKey: 'another', takeOver: true });
    await enter(under, 'cem');
    await enter(under, 'cem', { clientKey: 'another', takeOver: true });
    await under.log.setMedia(ROOM, 'cem', { audio: true });
    await under.log.send(ROOM, 'cem', bob.id, offer('x'), null);
    await under.log.leave(ROOM, 'bob', 'LEFT');
    await under.log.closeRoom(ROOM, 'CLOSED_BY_OWNER');
    const closedAt = under.clock.now();
    await under.clock.advance(REMEMBERED_MS);
    await under.settle();
    await enter(under, 'dan');
    await under.log.leave(ROOM, 'dan', 'LEFT');
    await under.settle();
    expect(
      seen.map((activity) =>
        [
          activity.type,
          ...('participant' in activity ? [activity.participant.user.name] : []),
          ...('reason' in activity ? [activity.reason] : []),
        ].join(' '),
      ),
    ).toEqual([
      'room.started',
      'participant.joined bob',
      'participant.left bob REPLACED',
      'participant.joined bob',
      'participant.joined cem',
      'participant.left cem REPLACED',
      'participant.joined cem',
      'participant.left bob LEFT',
      'participant.left cem ROOM_CLOSED',
      'room.ended',
      'room.started',
      'participant.joined dan',
      'participant.left dan LEFT',
      'room.ended',
    ]);
    const cursors = seen.map(({ cursor }) => cursor);
    expect(cursors).toEqual([...cursors].sort());
    for (const { roomId, at } of seen) {
      expect(roomId).toBe(ROOM);
      expect([closedAt, under.clock.now()]).toContain(at);
    }
  });
}
