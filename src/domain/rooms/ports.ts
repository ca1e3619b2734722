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
 * Rooms at rest. Every method rejects with `UnavailableError` while the store does not answer. An expired room is
 * never returned.
 */
export interface RoomStore {
  insert(room: Room): Promise<void>;
  find(id: string): Promise<Room | null>;
  /**
   * The rooms of an account in the order (createdAt, id), both descending: at most `first`, after the room with the
   * given creation time and id. A room inserted meanwhile neither repeats nor hides another.
   */
  listByOwner(ownerId: string, first: number, after: PagePlace | null): Promise<RoomPage>;
  /** All rooms, as `listByOwner` gives those of one account. */
  list(first: number, after: PagePlace | null): Promise<RoomPage>;
  /** Changes the given settings alone and adds one to `revision`, in one step; resolves to the room as it is then. */
  update(id: string, change: Partial<RoomSettings>): Promise<Room | null>;
  /** Adds to `banned`, each user once; resolves to whether there is such a room. Its `revision` stays. */
  ban(id: string, ban: Ban): Promise<boolean>;
  /** Takes a user's ban away; resolves to the room as it is then. Its `revision` stays. */
  unban(id: string, userId: string): Promise<Room | null>;
  /** Gives the owner of rooms another name and adds one to the `revision` of each that showed the old one. */
  renameOwner(ownerId: string, name: string): Promise<void>;
  /** Pushes the expiry on, never back. Nothing happens when the room is gone. */
  extend(id: string, expiresAt: Date): Promise<void>;
  delete(id: string): Promise<boolean>;
  /** Deletes what has expired; resolves to how many. */
  deleteExpired(): Promise<number>;
}
