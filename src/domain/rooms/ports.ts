import type { Ban, Room, RoomSettings } from './room.ts';

/** A page of rooms, newest first. */
export interface RoomPage {
  readonly rooms: Room[];
  readonly hasNextPage: boolean;
}

/** The room that a page follows. */
export interface PagePlace {
  readonly createdAt: Date;
  readonly id: string;
}

/**
 * Stored rooms. Every method rejects with `UnavailableError` while the store does not answer. An expired room is never
 * returned.
 */
export interface RoomStore {
  insert(room: Room): Promise<void>;
  find(id: string): Promise<Room | null>;
  /**
   * The rooms of an account in the order (createdAt, id), both descending: at most `first`, after the room with the
   * given creation time and id. A room inserted meanwhile neither repeats nor hides another.
   */
  listByOwner(ownerId: string, first: number, after: PagePlace | null): Promise<RoomPage>;
  /** How many rooms an account has. */
  countByOwner(ownerId: string): Promise<number>;
  /** All rooms, in the order and pages of `listByOwner`. */
  list(first: number, after: PagePlace | null): Promise<RoomPage>;
  /**
   * Changes only the given settings and adds one to `revision`, in one step. Resolves to the changed room, or null if
   * there is none.
   */
  update(id: string, change: Partial<RoomSettings>): Promise<Room | null>;
  /** Adds to `banned`, each user once; resolves to whether there is such a room. `revision` does not change. */
  ban(id: string, ban: Ban): Promise<boolean>;
  /** Removes a user's ban. Resolves to the changed room, or null if there is none. `revision` does not change. */
  unban(id: string, userId: string): Promise<Room | null>;
  /** Changes the owner's name in all their rooms, and adds one to the `revision` of each room that had another name. */
  renameOwner(ownerId: string, name: string): Promise<void>;
  /** Moves the expiry later, never earlier. Does nothing if the room does not exist. */
  extend(id: string, expiresAt: Date): Promise<void>;
  delete(id: string): Promise<boolean>;
  /** Deletes expired rooms; resolves to how many. */
  deleteExpired(): Promise<number>;
}
