import { RoomNotFoundError } from '../errors.ts';
import type { Eventual } from '../eventual.ts';
import type { Participant } from '../room/participant.ts';
import type { Guests } from '../rooms/guests.ts';
import type { RoomPage } from '../rooms/ports.ts';
import type { Room } from '../rooms/room.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { RoomLog } from './ports.ts';

/** What whoever runs the server may do to any room, on any node. Who that is has been checked before. */
export class RoomAdministration {
  readonly #log: RoomLog;
  readonly #rooms: Rooms;
  readonly #guests: Guests;

  constructor(parts: { log: RoomLog; rooms: Rooms; guests: Guests }) {
    this.#log = parts.log;
    this.#rooms = parts.rooms;
    this.#guests = parts.guests;
  }

  /** All rooms, newest first. @throws InvalidInputError */
  rooms(first: number, after: string | null): Promise<RoomPage> {
    return this.#rooms.list(first, after);
  }

  /** Null when there is none. */
  room(id: string): Promise<Room | null> {
    return this.#rooms.find(id);
  }

  /** Who is in a room now, by join order, whatever its access. */
  participants(roomId: string): Eventual<readonly Participant[]> {
    return this.#log.participants(roomId);
  }

  /** Ends a room for everybody, and its guests with it. @throws RoomNotFoundError */
  async closeRoom(roomId: string): Promise<void> {
    await this.#rooms.end(roomId);
    await this.#log.closeRoom(roomId, 'CLOSED_BY_OWNER');
    await this.#guests.endOf(roomId);
  }

  /**
   * Ends a stay with REMOVED, the owner's too; with `ban` that user gets in no more.
   *
   * @throws InvalidInputError, RoomNotFoundError, PeerNotInRoomError
   */
  async removeParticipant(roomId: string, participantId: string, ban: boolean): Promise<void> {
    if ((await this.#rooms.find(roomId)) === null) throw new RoomNotFoundError();
    if (ban) await this.#rooms.checkBans(roomId);
    // The log first: it keeps the user out while the store is being told.
    const removed = await this.#log.remove(roomId, null, participantId, ban);
    if (ban) await this.#rooms.ban(roomId, removed.user.id);
  }
}
