import type { Room } from './room.ts';

/** A page of rooms, newest first. */
export interface RoomPage {
  readonly rooms: Room[];
  readonly hasNextPage: boolean;
}

/**
 * Rooms at rest. Every method rejects with `UnavailableError` while the store does not answer. An expired room is
 * never returned.
 */
export interface RoomStore {
  insert(room: Room): Promise<void>;
  find(id: string): Promise<Room | null>;
  /**
   * The rooms of a host in the order (createdAt, id), both descending: at most `first`, after the room with the
   * given creation time and id. A room inserted meanwhile neither repeats nor hides another.
   */
  listByHost(
    hostId: string,
    first: number,
    after: { readonly createdAt: Date; readonly id: string } | null,
  ): Promise<RoomPage>;
  /** Pushes the expiry on, never back. Nothing happens when the room is gone. */
  extend(id: string, expiresAt: Date): Promise<void>;
  delete(id: string): Promise<boolean>;
  /** Deletes what has expired; resolves to how many. */
  deleteExpired(): Promise<number>;
}
