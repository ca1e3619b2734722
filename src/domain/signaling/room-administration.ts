import { RoomNotFoundError } from '../errors.ts';
import type { Eventual } from '../eventual.ts';
import type { LiveRooms } from '../room/live-rooms.ts';
import { banOf } from '../room/moderation.ts';
import type { Participant } from '../room/participant.ts';
import type { RoomPage } from '../rooms/ports.ts';
import type { Room } from '../rooms/room.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { RoomClosing } from './room-closing.ts';

/** What the operator of the server may do to any room, on any node. The caller checks that it is the operator. */
export class RoomAdministration {
  readonly #live: LiveRooms;
  readonly #rooms: Rooms;
  readonly #closing: RoomClosing;

  constructor(parts: { live: LiveRooms; rooms: Rooms; closing: RoomClosing }) {
    this.#live = parts.live;
    this.#rooms = parts.rooms;
    this.#closing = parts.closing;
  }

  /** All rooms, newest first. @throws InvalidInputError */
  rooms(first: number, after: string | null): Promise<RoomPage> {
    return this.#rooms.list(first, after);
  }

  /** Null if there is none. */
  room(id: string): Promise<Room | null> {
    return this.#rooms.find(id);
  }

  /** Who is in a room now, by join order, whatever its access. */
  participants(roomId: string): Eventual<readonly Participant[]> {
    return this.#live.participants(roomId);
  }

  /** Ends a room for everybody, and its guests with it. @throws RoomNotFoundError */
  async closeRoom(roomId: string): Promise<void> {
    await this.#rooms.end(roomId);
    await this.#closing.follow(roomId);
  }

  /**
   * Ends a stay with REMOVED, even the owner's. With `ban`, that user cannot join again.
   *
   * @throws InvalidInputError, RoomNotFoundError, PeerNotInRoomError
   */
  async removeParticipant(roomId: string, participantId: string, ban: boolean): Promise<void> {
    if ((await this.#rooms.find(roomId)) === null) throw new RoomNotFoundError();
    if (ban) await this.#rooms.checkBans(roomId);
    // The live room first: it keeps the user out while the store is being told.
    const removed = await this.#live.remove(roomId, null, participantId, ban);
    if (ban) await this.#rooms.ban(roomId, banOf(removed.participant.user, removed));
  }
}
