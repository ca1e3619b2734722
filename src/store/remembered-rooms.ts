import { LRUCache } from 'lru-cache';
import type { Clock } from '../domain/clock.ts';
import type { PagePlace, RoomPage, RoomStore } from '../domain/rooms/ports.ts';
import type { Ban, Room, RoomSettings } from '../domain/rooms/room.ts';

const ROOMS_MAX = 2000;

/**
 * How long a room is not read again, in milliseconds. A change that an operator makes by hand shows after that time.
 */
export const REMEMBERED_MS = 2000;

/**
 * Caches the rooms of a store that only this process writes to. At the beginning of a call several people join one room
 * within moments, and each join looks the room up. A room that is changed through this class is forgotten at once.
 */
export class RememberedRooms implements RoomStore {
  readonly #rooms: RoomStore;
  readonly #clock: Clock;
  readonly #known = new LRUCache<string, { readonly room: Room; readonly readAt: number }>({
    max: ROOMS_MAX,
  });
  /** Counts the changes: a room that was read during a change may be the old one. */
  #changes = 0;

  constructor(rooms: RoomStore, clock: Clock) {
    this.#rooms = rooms;
    this.#clock = clock;
  }

  async find(id: string): Promise<Room | null> {
    const now = this.#clock.now();
    const known = this.#known.get(id);
    if (known !== undefined && isFresh(known.readAt, now) && known.room.expiresAt.getTime() > now) {
      return known.room;
    }
    const changes = this.#changes;
    const room = await this.#rooms.find(id);
    if (room !== null && changes === this.#changes) this.#known.set(id, { room, readAt: now });
    return room;
  }

  /** Who makes a room joins it next. Until this has resolved, nobody knows its id, so nobody changes it meanwhile. */
  async insert(room: Room): Promise<void> {
    const readAt = this.#clock.now();
    await this.#rooms.insert(room);
    this.#known.set(room.id, { room, readAt });
  }

  listByOwner(ownerId: string, first: number, after: PagePlace | null): Promise<RoomPage> {
    return this.#rooms.listByOwner(ownerId, first, after);
  }

  countByOwner(ownerId: string): Promise<number> {
    return this.#rooms.countByOwner(ownerId);
  }

  list(first: number, after: PagePlace | null): Promise<RoomPage> {
    return this.#rooms.list(first, after);
  }

  update(id: string, change: Partial<RoomSettings>): Promise<Room | null> {
    return this.#changing(id, () => this.#rooms.update(id, change));
  }

  ban(id: string, ban: Ban): Promise<boolean> {
    return this.#changing(id, () => this.#rooms.ban(id, ban));
  }

  unban(id: string, userId: string): Promise<Room | null> {
    return this.#changing(id, () => this.#rooms.unban(id, userId));
  }

  async renameOwner(ownerId: string, name: string): Promise<void> {
    const forget = () => {
      for (const [id, { room }] of this.#known) if (room.owner.id === ownerId) this.#forget(id);
      this.#changes += 1;
    };
    try {
      forget();
      await this.#rooms.renameOwner(ownerId, name);
    } finally {
      forget();
    }
  }

  extend(id: string, expiresAt: Date): Promise<void> {
    return this.#changing(id, () => this.#rooms.extend(id, expiresAt));
  }

  delete(id: string): Promise<boolean> {
    return this.#changing(id, () => this.#rooms.delete(id));
  }

  deleteExpired(): Promise<number> {
    return this.#rooms.deleteExpired();
  }

  /** Forgets the room before the change and after it, even if it failed: then it is unknown what is stored. */
  async #changing<Result>(id: string, change: () => Promise<Result>): Promise<Result> {
    try {
      this.#forget(id);
      return await change();
    } finally {
      this.#forget(id);
    }
  }

  #forget(id: string): void {
    this.#changes += 1;
    this.#known.delete(id);
  }
}

/** After the clock was set back, no room counts as fresh. */
function isFresh(readAt: number, now: number): boolean {
  return now >= readAt && now - readAt < REMEMBERED_MS;
}
