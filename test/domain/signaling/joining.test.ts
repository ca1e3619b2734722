import { beforeEach, expect, test, vi } from 'vitest';
import type { Caller } from '../../../src/domain/accounts/sessions.ts';
import { UnavailableError } from '../../../src/domain/errors.ts';
import type { Mailbox } from '../../../src/domain/mailbox.ts';
import type { RoomEvent } from '../../../src/domain/signaling/event.ts';
import type { JoiningClient } from '../../../src/domain/signaling/joining-client.ts';

import { House } from '../../roles/house.ts';
import { BOUNDS, type LogUnderTest } from '../../roomlog/kit.ts';
import { memoryRooms } from '../../roomlog/memory-kit.ts';

let under: LogUnderTest;
let house: House;
let host: Caller;
let roomId: string;

beforeEach(async () => {
  under = memoryRooms();
  house = new House(under);
  host = house.signIn('ann');
  ({ id: roomId } = await house.rooms.create(host, { access: 'KNOCK' }));
  await join(host);
});

interface Waiting {
  readonly mailbox: Mailbox<RoomEvent>;
  readonly events: RoomEvent[];
  outcome: 'open' | 'ended' | 'overflowed';
}

async function join(caller: Caller, clientKey = 'tab', client?: JoiningClient): Promise<Waiting> {
  const request = { roomId, clientKey, after: null, takeOver: false, media: null, offer: null };
  const mailbox = await house.joining.join(caller, request, client);
  const waiting: Waiting = { mailbox, events: [], outcome: 'open' };
  mailbox.attach({
    deliver: (event) => {
      waiting.events.push(event);
      return true;
    },
    ended: () => {
      waiting.outcome = 'ended';
    },
    overflowed: () => {
      waiting.outcome = 'overflowed';
    },
  });
  return waiting;
}

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));
const types = ({ events }: Waiting) => events.map(({ type }) => type);
const present = async () =>
  (await under.log.participants(roomId)).map(({ user }) => user.name).join(' ');

async function admit({ events }: Waiting): Promise<void> {
  const [pending] = events;
  if (pending?.type !== 'KnockPending') throw new Error(`There is no knock: ${pending?.type}`);
  await house.moderation.admit(host, roomId, pending.knockId);
}

test('who is let in goes on in the same mailbox: the answer, the snapshot, then what happens', async () => {
  const bob = await join(house.signIn('bob'));
  await admit(bob);
  await tick();
  await house.signaling.sendMessage(host, roomId, null, 'Welcome', null);
  expect(types(bob)).toEqual(['KnockPending', 'KnockAnswered', 'RoomSnapshot', 'MessageReceived']);
  bob.mailbox.unsubscribe();
  await tick();
  expect(await present()).toBe('ann');
});

test('who goes away while it is being let in is not in', async () => {
  for (const leave of ['unsubscribe', 'lose'] as const) {
    const bob = await join(house.signIn('bob'));
    const find = house.rooms.find.bind(house.rooms);
    const slow = vi.spyOn(house.rooms, 'find').mockImplementation(async (id) => {
      bob.mailbox[leave]();
      await tick();
      return find(id);
    });
    await admit(bob);
    await tick();
    await tick();
    await under.clock.advance(BOUNDS.graceMs);
    expect(await present()).toBe('ann');
    slow.mockRestore();
  }
});

test('where the store is away when somebody is let in, the client is sent away to come back', async () => {
  const bob = await join(house.signIn('bob'));
  const away = vi.spyOn(house.rooms, 'find').mockRejectedValue(new UnavailableError('Away.'));
  await admit(bob);
  await tick();
  expect(bob.outcome).toBe('overflowed');
  away.mockRestore();
  expect(await present()).toBe('ann');
  expect(types(await join(house.signIn('bob')))).toEqual(['KnockPending']);
});

test('a second knock of the same user ends the first', async () => {
  const caller = house.signIn('bob');
  const first = await join(caller);
  const second = await join(caller, 'another');
  await tick();
  expect(types(first)).toEqual(['KnockPending', 'JoinRefused']);
  expect(first.events[1]).toMatchObject({ error: { code: 'ALREADY_IN_ROOM' } });
  expect(first.outcome).toBe('ended');
  await admit(second);
  await tick();
  expect(types(second)).toEqual(['KnockPending', 'KnockAnswered', 'RoomSnapshot']);
});

test('a room that is closed sends away who waits; one that fills up meanwhile says so', async () => {
  const bob = await join(house.signIn('bob'));
  await house.moderation.updateRoom(host, roomId, { capacity: 2 });
  const cem = await join(house.signIn('cem'));
  const dan = await join(house.signIn('dan'));
  await admit(bob);
  await admit(cem);
  await tick();
  expect(types(cem)).toEqual(['KnockPending', 'KnockAnswered', 'JoinRefused']);
  expect(cem.events[2]).toMatchObject({ error: { code: 'ROOM_FULL' } });
  expect(cem.outcome).toBe('ended');
  await house.moderation.closeRoom(host, roomId);
  await tick();
  expect(dan.events[1]).toMatchObject({ error: { code: 'ROOM_NOT_FOUND' } });
  expect(dan.outcome).toBe('ended');
});

test('a ban that the store could not be told of holds, and is stored as soon as it can be', async () => {
  const bob = house.signIn('bob');
  await house.moderation.updateRoom(host, roomId, { access: 'OPEN' });
  await join(bob);
  const participantId = (await under.log.participants(roomId))[1]?.id ?? '';
  const away = vi.spyOn(house.store, 'ban').mockRejectedValue(new UnavailableError('Away.'));
  const removing = house.moderation.remove(host, roomId, participantId, true);
  await expect(removing).rejects.toBeInstanceOf(UnavailableError);
  await expect(join(bob)).rejects.toMatchObject({ code: 'REMOVED_FROM_ROOM' });
  await expect(house.rooms.storeOwed()).rejects.toBeInstanceOf(UnavailableError);
  away.mockRestore();
  await house.rooms.storeOwed();
  expect((await house.rooms.find(roomId))?.banned).toMatchObject([{ userId: 'bob' }]);
});

/** A connection that may go, with the holds that it has come in by. */
function connection() {
  const state = { there: true, holds: [] as string[] };
  const client: JoiningClient = {
    isThere: () => state.there,
    entered: ({ id }) => state.holds.push(id),
    left: () => state.holds.pop(),
  };
  return { state, client };
}

/** The store takes until it is let go, for each that asks from now on. */
function slowStore() {
  const { find } = house.store;
  const waiting: (() => void)[] = [];
  vi.spyOn(house.store, 'find').mockImplementation(async (id) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return find(id);
  });
  return waiting;
}

test('a join whose connection goes while the store is slow puts nobody out', async () => {
  const live = await join(host);
  const waiting = slowStore();
  const { state, client } = connection();
  const joining = join(host, 'tab', client);
  await vi.waitFor(() => expect(waiting).toHaveLength(1));
  state.there = false;
  waiting[0]?.();
  expect((await joining).outcome).toBe('ended');
  expect([live.outcome, state.holds]).toEqual(['open', []]);
});

test('of two joins by one client key the newer connection has the place, however long each takes', async () => {
  const waiting = slowStore();
  const older = connection();
  const newer = connection();
  const first = join(host, 'tab', older.client);
  await vi.waitFor(() => expect(waiting).toHaveLength(1));
  const second = join(host, 'tab', newer.client);
  await vi.waitFor(() => expect(waiting).toHaveLength(2));
  waiting[0]?.();
  expect((await first).outcome).toBe('ended');
  waiting[1]?.();
  expect((await second).outcome).toBe('open');
  expect([older.state.holds.length, newer.state.holds.length]).toEqual([0, 1]);
});
