import type { User } from '../accounts/account.ts';
import { mustHaveAccount, mustNotBeLimited, onlyRoomOf } from '../accounts/reach.ts';
import { RecentEnds } from '../accounts/recent-ends.ts';
import type { Caller } from '../accounts/sessions.ts';
import type { Clock } from '../clock.ts';
import { InvalidInputError, NotOwnerError, RoomNotFoundError } from '../errors.ts';
import { newId } from '../identifier.ts';
import type { Throttle } from '../throttle.ts';
import { checkFirst, ROOMS_PAGE_MAX, readCursor } from './pages.ts';
import type { RoomPage, RoomStore } from './ports.ts';
import {
  type Ban,
  type GivenSettings,
  hasSettings,
  type Room,
  readSettings,
  settingsOf,
  settingsRules,
} from './room.ts';
import { RoomGuesses } from './room-guesses.ts';
import { RoomQuota } from './room-quota.ts';

const ROOM_ID = /^[0-9a-f]{16}$/;

export interface RoomLimits {
  /** The capacity of a room if its maker gives none. */
  readonly defaultCapacity: number;
  readonly maxCapacity: number;
  /** How long a room stays after its last use, in milliseconds. */
  readonly ttlMs: number;
  /** The same for a room that has a name: somebody who names a room means to come back. */
  readonly namedTtlMs: number;
  /** How many rooms one account may own at once. */
  readonly perOwner: number;
  /** How many users one room may ban. */
  readonly bans: number;
}

/** What somebody says about the stored room that they want to join. */
export interface RoomRequest {
  readonly roomId: string;
}

/** Makes, finds, changes, extends and closes rooms. */
export class Rooms {
  readonly #rooms: RoomStore;
  readonly #unknown: RoomGuesses;
  readonly #clock: Clock;
  readonly #limits: RoomLimits;
  readonly #quota: RoomQuota;
  readonly #closed: RecentEnds;
  /** Bans that could not be stored yet. */
  readonly #owedBans: { readonly id: string; readonly ban: Ban }[] = [];
  readonly #settings: ReturnType<typeof settingsRules>;

  constructor(parts: {
    rooms: RoomStore;
    /** Count requests for rooms that do not exist, by account and by address. */
    unknown: { readonly accounts: Throttle; readonly addresses: Throttle };
    clock: Clock;
    limits: RoomLimits;
    /** Whether there is a TURN server, without which media cannot be relayed. */
    relays: boolean;
    /** Whether no other process makes rooms. */
    isAlone: boolean;
  }) {
    this.#rooms = parts.rooms;
    this.#unknown = new RoomGuesses(parts.unknown);
    this.#clock = parts.clock;
    this.#limits = parts.limits;
    const { perOwner } = parts.limits;
    this.#quota = new RoomQuota({ ...parts, perOwner });
    this.#closed = new RecentEnds(parts.clock);
    this.#settings = settingsRules(parts.limits.maxCapacity, parts.relays);
  }

  /**
   * Makes a room that the caller owns. @throws InvalidInputError, ForbiddenError, RateLimitedError if they own too many
   */
  async create(caller: Caller, input: GivenSettings): Promise<Room> {
    mustHaveAccount(caller);
    const settings = readSettings(this.#settings, input);
    const now = this.#clock.now();
    const room: Room = {
      ...settingsOf({ capacity: this.#limits.defaultCapacity, ...settings }),
      id: newId(),
      owner: { id: caller.accountId, name: caller.name, isGuest: false },
      revision: 0,
      banned: [],
      createdAt: new Date(now),
      expiresAt: new Date(now + this.#ttlOf(settings.name)),
    };
    await this.#quota.insert(room);
    return room;
  }

  /**
   * As {@link Rooms.find}, for a caller who may be guessing the id. Those who are wrong too often have to wait, and so
   * do other accounts at the same address.
   *
   * @throws RateLimitedError
   */
  async lookUp(caller: Caller, id: string): Promise<Room | null> {
    const onlyRoom = onlyRoomOf(caller);
    return this.#unknown.guess(caller.accountId, caller.address, async () =>
      // For a guest, or a session limited to a room, no other room exists.
      onlyRoom === null || onlyRoom === id ? this.find(id) : null,
    );
  }

  /**
   * The room that the caller wants to join, which counts as a use of it. The live room decides whether they may.
   *
   * @throws RoomNotFoundError, RateLimitedError
   */
  async toJoin(caller: Caller, { roomId }: RoomRequest): Promise<Room> {
    const room = await this.lookUp(caller, roomId);
    if (room === null) throw new RoomNotFoundError();
    return this.keep(room);
  }

  /** As {@link Rooms.lookUp}, for somebody who is not signed in. @throws RateLimitedError */
  async lookUpFrom(address: string, id: string): Promise<Room | null> {
    return this.#unknown.guess(null, address, () => this.find(id));
  }

  /** Resolves to null if there is none, or if it has ended. A text that cannot be an id is not looked up. */
  async find(id: string): Promise<Room | null> {
    return ROOM_ID.test(id) ? this.#rooms.find(id) : null;
  }

  /**
   * The rooms that the caller owns, newest first.
   *
   * @param after the page cursor of the last room of the page before
   * @throws InvalidInputError, ForbiddenError
   */
  async listOwned(caller: Caller, first: number, after: string | null): Promise<RoomPage> {
    mustNotBeLimited(caller);
    checkFirst(first);
    return this.#rooms.listByOwner(
      caller.accountId,
      first,
      after === null ? null : readCursor(after),
    );
  }

  /** All rooms, in the order and pages of {@link Rooms.listOwned}. @throws InvalidInputError */
  async list(first: number, after: string | null): Promise<RoomPage> {
    checkFirst(first);
    return this.#rooms.list(first, after === null ? null : readCursor(after));
  }

  /**
   * Notes that the room is in use: its expiry moves later, never earlier. It is stored only after a twentieth of the
   * room's lifetime has passed.
   *
   * @returns the room with its new expiry
   */
  async keep(room: Room): Promise<Room> {
    const ttlMs = this.#ttlOf(room.name);
    const expiresAt = this.#clock.now() + ttlMs;
    if (expiresAt - room.expiresAt.getTime() < ttlMs / 20) return room;
    const kept = { ...room, expiresAt: new Date(expiresAt) };
    await this.#rooms.extend(room.id, kept.expiresAt);
    return kept;
  }

  #ttlOf(name: string | null | undefined): number {
    const { ttlMs, namedTtlMs } = this.#limits;
    return name === null || name === undefined ? ttlMs : Math.max(ttlMs, namedTtlMs);
  }

  /**
   * Changes the given settings of a room; a `name` of null removes the name.
   *
   * @throws InvalidInputError, RoomNotFoundError, NotOwnerError, RateLimitedError
   */
  async update(caller: Caller, id: string, input: GivenSettings): Promise<Room> {
    const settings = readSettings(this.#settings, input);
    const room = await this.#owned(caller, id);
    // Nobody is told if nothing changes.
    if (hasSettings(room, settings)) return room;
    const updated = await this.#rooms.update(id, settings);
    if (updated === null) throw new RoomNotFoundError();
    return await this.keep(updated);
  }

  /** Whether one more may be banned from a room. @throws InvalidInputError */
  async checkBans(id: string): Promise<void> {
    const { bans } = this.#limits;
    const room = await this.find(id);
    if (room === null || room.banned.length < bans) return;
    throw new InvalidInputError([
      { path: 'ban', message: `this room has banned ${bans} users already, which is the limit` },
    ]);
  }

  /** Bans a user. Does nothing without such a room. If the store fails, a later {@link Rooms.storeOwed} stores it. */
  async ban(id: string, ban: Ban): Promise<void> {
    try {
      await this.#rooms.ban(id, ban);
    } catch (error) {
      this.#owedBans.push({ id, ban });
      throw error;
    }
  }

  /** Lets a user in again; resolves to the changed room. @throws RoomNotFoundError, NotOwnerError, RateLimitedError */
  async unban(caller: Caller, id: string, userId: string): Promise<Room> {
    await this.#owned(caller, id);
    const room = await this.#rooms.unban(id, userId);
    if (room === null) throw new RoomNotFoundError();
    return room;
  }

  /** Ends a room for good. @throws RoomNotFoundError, NotOwnerError, RateLimitedError */
  async close(caller: Caller, id: string): Promise<Room> {
    const room = await this.#owned(caller, id);
    await this.end(id);
    return room;
  }

  /** Ends a room for good, without asking who the owner is. @throws RoomNotFoundError */
  async end(id: string): Promise<void> {
    if (!ROOM_ID.test(id) || !(await this.#rooms.delete(id))) throw new RoomNotFoundError();
    this.#closed.add(id);
  }

  /**
   * Whether the room was closed here in the last minutes. A join that was under way asks this in the same synchronous
   * step in which it enters, so that nobody gets into a closed room.
   */
  hasClosed(id: string): boolean {
    return this.#closed.has(id);
  }

  /** Changes the owner's name in all their rooms, and yields each of the changed rooms. */
  async *renameOwner({ id, name }: Pick<User, 'id' | 'name'>): AsyncGenerator<Room, void> {
    await this.#rooms.renameOwner(id, name);
    let after: Room | null = null;
    for (;;) {
      const page: RoomPage = await this.#rooms.listByOwner(id, ROOMS_PAGE_MAX, after);
      yield* page.rooms;
      after = page.rooms.at(-1) ?? null;
      if (after === null || !page.hasNextPage) return;
    }
  }

  /** Ends the rooms of an account one by one, and yields each. */
  async *takeOwned(ownerId: string): AsyncGenerator<Room, void> {
    for (;;) {
      const { rooms } = await this.#rooms.listByOwner(ownerId, ROOMS_PAGE_MAX, null);
      if (rooms.length === 0) return;
      for (const room of rooms) {
        await this.#rooms.delete(room.id);
        this.#closed.add(room.id);
        yield room;
      }
    }
  }

  /** Stores bans that could not be stored before. */
  async storeOwed(): Promise<void> {
    for (;;) {
      const [owed] = this.#owedBans;
      if (owed === undefined) break;
      await this.#rooms.ban(owed.id, owed.ban);
      this.#owedBans.shift();
    }
  }

  /** Deletes expired rooms; resolves to how many. */
  sweep(): Promise<number> {
    return this.#rooms.deleteExpired();
  }

  /** @throws RoomNotFoundError, NotOwnerError, RateLimitedError */
  async #owned(caller: Caller, id: string): Promise<Room> {
    const room = await this.lookUp(caller, id);
    if (room === null) throw new RoomNotFoundError();
    if (room.owner.id !== caller.accountId) throw new NotOwnerError();
    return room;
  }
}
