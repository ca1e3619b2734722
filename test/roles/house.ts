import type { Account, SessionEnd } from '../../src/domain/accounts/account.ts';
import type { Caller, Sessions } from '../../src/domain/accounts/sessions.ts';
import { FollowUps } from '../../src/domain/follow-ups.ts';
import type { Guests } from '../../src/domain/rooms/guests.ts';
import type { RoomStore } from '../../src/domain/rooms/ports.ts';
import type { Room } from '../../src/domain/rooms/room.ts';
import { Rooms } from '../../src/domain/rooms/rooms.ts';
import type { ByteBudgets } from '../../src/domain/signaling/byte-budgets.ts';
import { ChatHistory } from '../../src/domain/signaling/chat-history.ts';
import { IceServerIssuer } from '../../src/domain/signaling/ice-servers.ts';
import { Joining } from '../../src/domain/signaling/joining.ts';
import { Moderation } from '../../src/domain/signaling/moderation.ts';
import { RoomClosing } from '../../src/domain/signaling/room-closing.ts';
import { SendBudgets } from '../../src/domain/signaling/send-budgets.ts';
import { Signaling } from '../../src/domain/signaling/signaling.ts';
import { plentyOfBytes } from '../kit/plenty-of-bytes.ts';
import type { LogUnderTest } from '../roomlog/kit.ts';

const PLENTY = 1_000_000;

/** The domain over one room log, with everything else in memory and, unless given, no limit on how much anybody does. */
export class House {
  readonly signaling: Signaling;
  readonly joining: Joining;
  readonly moderation: Moderation;
  readonly rooms: Rooms;
  readonly #stored = new Map<string, Room>();
  readonly store = this.#store();
  readonly #endings: ((end: SessionEnd) => void)[] = [];
  #signIns = 0;

  constructor(
    { log: live, clock }: LogUnderTest,
    {
      signals = new SendBudgets(PLENTY, PLENTY),
      bytes = plentyOfBytes(),
    }: { readonly signals?: SendBudgets; readonly bytes?: ByteBudgets } = {},
  ) {
    const free = {
      take: async () => 0,
      giveBack: async () => {},
      wait: async () => 0,
      forget: async () => {},
    };
    this.rooms = new Rooms({
      rooms: this.store,
      unknown: { ...free, accounts: free, addresses: free },
      clock,
      relays: false,
      isAlone: true,
      limits: {
        defaultCapacity: 3,
        maxCapacity: 50,
        ttlMs: 1e12,
        namedTtlMs: 1e12,
        perOwner: PLENTY,
        bans: PLENTY,
      },
    });
    const sessions = {
      onEnded: (listener: (end: SessionEnd) => void) => this.#endings.push(listener),
      hasEnded: () => false,
    } as unknown as Sessions;
    const guests = { endOf: async () => {} } as unknown as Guests;
    const joins = new SendBudgets(PLENTY, PLENTY);
    const parts = { live, rooms: this.rooms, guests, sessions, clock, signals, joins, bytes };
    const ice = new IceServerIssuer({ stunUrls: [], turn: null }, clock);
    this.joining = new Joining({
      ...parts,
      ice,
      // All that people here are called is what they sign in by.
      history: new ChatHistory((id) => Promise.resolve({ id, name: id } as Account)),
      mailboxEvents: 10_000,
      mailboxBytes: 1e9,
      maxSdpBytes: 1000,
    });
    const followUps = new FollowUps({ clock, onFailure: () => {} });
    const closing = new RoomClosing({ ...parts, followUps });
    this.moderation = new Moderation({ ...parts, closing, account: async () => null });
    this.signaling = new Signaling({
      ...parts,
      messages: new SendBudgets(PLENTY, PLENTY),
      limits: { maxSdpBytes: 1000, maxCandidateBytes: 100, maxCandidates: 9, maxMessageBytes: 999 },
    });
  }

  signIn(name: string): Caller {
    this.#signIns += 1;
    return {
      accountId: name,
      name,
      guestOf: null,
      grant: null,
      address: `address of ${name}`,
      device: null,
      sessionId: `${name} ${this.#signIns}`,
      expiresAt: new Date(8e15),
    } as Caller;
  }

  signOut({ sessionId, accountId }: Caller): void {
    for (const listener of this.#endings) listener({ sessionId, accountId });
  }

  #store(): RoomStore {
    const rooms = this.#stored;
    const change = (id: string, make: (room: Room) => Room): Room | null => {
      const room = rooms.get(id);
      if (room === undefined) return null;
      const changed = make(room);
      rooms.set(id, changed);
      return changed;
    };
    return {
      insert: async (room) => void rooms.set(room.id, room),
      find: async (id) => rooms.get(id) ?? null,
      listByOwner: async () => ({ rooms: [], hasNextPage: false }),
      countByOwner: async () => 0,
      list: async () => ({ rooms: [...rooms.values()], hasNextPage: false }),
      update: async (id, settings) =>
        change(id, (room) => ({ ...room, ...settings, revision: room.revision + 1 })),
      renameOwner: async () => {},
      ban: async (id, ban) =>
        change(id, (room) => ({ ...room, banned: [...room.banned, ban] })) !== null,
      unban: async (id, userId) =>
        change(id, (room) => ({
          ...room,
          banned: room.banned.filter((ban) => ban.userId !== userId),
        })),
      extend: async () => {},
      delete: async (id) => rooms.delete(id),
      deleteExpired: async () => 0,
    };
  }
}
