import { type Call, peopleOf } from '../call/call.ts';
import { RoomNotFoundError } from '../errors.ts';
import type { LiveRooms } from '../room/live-rooms.ts';
import type { RoomAdministration } from '../signaling/room-administration.ts';
import type { CallRooms } from './pursuit.ts';

/** The rooms that were made for calls. */
export class MadeRooms implements CallRooms {
  readonly #live: LiveRooms;
  readonly #administration: RoomAdministration;

  constructor(parts: { live: LiveRooms; administration: RoomAdministration }) {
    this.#live = parts.live;
    this.#administration = parts.administration;
  }

  async closeAfter(call: Call): Promise<void> {
    const people = new Set(peopleOf(call));
    const inside = await this.#live.participants(call.room.id);
    if (inside.some(({ user }) => !people.has(user.id))) return;
    try {
      await this.#administration.closeRoom(call.room.id);
    } catch (error) {
      // It is closed already.
      if (!(error instanceof RoomNotFoundError)) throw error;
    }
  }
}
