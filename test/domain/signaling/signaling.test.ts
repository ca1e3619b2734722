import { beforeEach, expect, test } from 'vitest';
import type { SessionEnd } from '../../../src/domain/accounts/account.ts';
import type { Caller, Sessions } from '../../../src/domain/accounts/sessions.ts';
import {
  RateLimitedError,
  RoomNotFoundError,
  UnauthenticatedError,
} from '../../../src/domain/errors.ts';
import { FollowUps } from '../../../src/domain/follow-ups.ts';
import type { LiveRooms } from '../../../src/domain/room/live-rooms.ts';
import type { Guests } from '../../../src/domain/rooms/guests.ts';
import type { Room } from '../../../src/domain/rooms/room.ts';
import type { Rooms } from '../../../src/domain/rooms/rooms.ts';
import { ChatHistory } from '../../../src/domain/signaling/chat-history.ts';
import { IceServerIssuer } from '../../../src/domain/signaling/ice-servers.ts';
import { Joining } from '../../../src/domain/signaling/joining.ts';
import { Moderation } from '../../../src/domain/signaling/moderation.ts';
import { RoomClosing } from '../../../src/domain/signaling/room-closing.ts';
import { SendBudgets } from '../../../src/domain/signaling/send-budgets.ts';
import { Signaling } from '../../../src/domain/signaling/signaling.ts';
import { ManualClock } from '../../kit/manual-clock.ts';
import { plentyOfBytes } from '../../kit/plenty-of-bytes.ts';
import { BOUNDS } from '../../roomlog/kit.ts';
import { memoryRooms } from '../../roomlog/memory-kit.ts';

const BURST = 5;

let clock: ManualClock;
let log: LiveRooms;
let signaling: Signaling;
let joining: Joining;
let moderation: Moderation;
/** What a store does while a join waits for it. */
let meanwhile: () => unknown;
let endSession: (end: SessionEnd) => void;

const room = (id: string): Room =>
  ({ id, owner: { id: 'ann' }, capacity: 8, access: 'OPEN', banned: [] }) as unknown as Room;

const caller = (name: string): Caller => ({
  accountId: name,
  name,
  sessionId: `session of ${name}`,
  expiresAt: new Date(Number.MAX_SAFE_INTEGER),
  guestOf: null,
  grant: null,
  address: '192.0.2.1',
  device: null,
});

beforeEach(() => {
  clock = new ManualClock();
  ({ log } = memoryRooms(
    {
      ...BOUNDS,
      ...{ replayEvents: 10, replayMs: 1000, graceMs: 1000, historyMessages: 5, lobbyKnocks: 5 },
    },
    clock,
  ));
  meanwhile = () => {};
  const find = async (id: string) => {
    await meanwhile();
    return room(id);
  };
  const closed = new Set<string>();
  const rooms = {
    find,
    toJoin: (_caller: Caller, { roomId }: { roomId: string }) => find(roomId),
    close: async (_caller: Caller, id: string) => {
      closed.add(id);
      return room(id);
    },
    hasClosed: (id: string) => closed.has(id),
    storeOwed: async () => {},
  } as unknown as Rooms;
  const ended = new Set<string>();
  const listeners: ((end: SessionEnd) => void)[] = [];
  const sessions = {
    onEnded: (listener: (end: SessionEnd) => void) => listeners.push(listener),
    hasEnded: (id: string) => ended.has(id),
  } as unknown as Sessions;
  endSession = (end) => {
    ended.add(end.sessionId);
    for (const listener of listeners) listener(end);
  };
  const guests = { endOf: async () => {} } as unknown as Guests;
  const signals = new SendBudgets(1, BURST);
  const joins = new SendBudgets(1, BURST);
  const bytes = plentyOfBytes();
  signaling = new Signaling({
    live: log,
    rooms,
    sessions,
    clock,
    signals,
    messages: new SendBudgets(1, BURST),
    joins,
    bytes,
    limits: {
      maxSdpBytes: 1000,
      maxCandidateBytes: 1000,
      maxCandidates: 10,
      maxMessageBytes: 1000,
    },
  });
  const ice = new IceServerIssuer({ stunUrls: [], turn: null }, clock);
  joining = new Joining({
    live: log,
    rooms,
    sessions,
    ice,
    history: new ChatHistory(async () => null),
    clock,
    signals,
    joins,
    bytes,
    mailboxEvents: 10,
    mailboxBytes: 1e6,
    maxSdpBytes: 1000,
  });
  moderation = new Moderation({
    live: log,
    rooms,
    closing: new RoomClosing({
      live: log,
      guests,
      followUps: new FollowUps({ clock, onFailure: () => {} }),
    }),
    signals,
    clock,
    account: async () => null,
  });
});

const join = (name: string, roomId: string) =>
  joining.join(caller(name), {
    roomId,
    clientKey: 'tab',
    after: null,
    takeOver: false,
    media: null,
    offer: null,
  });

test('who is signed out while the join is under way does not get in', async () => {
  meanwhile = () => endSession({ sessionId: 'session of ann', accountId: 'ann' });
  await expect(join('ann', 'a')).rejects.toBeInstanceOf(UnauthenticatedError);
  expect(log.occupied()).toEqual([]);
});

test('nobody gets into a room that is closed while the join is under way', async () => {
  meanwhile = () => moderation.closeRoom(caller('ann'), 'a');
  await expect(join('bob', 'a')).rejects.toBeInstanceOf(RoomNotFoundError);
  expect(log.occupied()).toEqual([]);
});

test('each participant has a budget of its own in each room, also after a quiet time', async () => {
  await join('ann', 'a');
  await join('ann', 'b');
  const spend = (roomId: string) => {
    for (let count = 0; count < BURST; count += 1) {
      signaling.setMedia(caller('ann'), roomId, { audio: count % 2 === 0 });
    }
  };
  await clock.advance(3_600_000);
  await signaling.tidy();
  spend('a');
  expect(() => signaling.setMedia(caller('ann'), 'a', {})).toThrow(RateLimitedError);
  spend('b');
});

test('budgets of those who have left are forgotten', async () => {
  for (let index = 0; index < 100; index += 1) {
    await join(`guest ${index}`, `room ${index}`);
    signaling.leave(caller(`guest ${index}`), `room ${index}`);
  }
  expect(signaling.usage().rooms).toBe(0);
  await clock.advance(60_000);
  await signaling.tidy();
  expect(signaling.usage()).toEqual({ rooms: 0, budgets: 0 });
});
