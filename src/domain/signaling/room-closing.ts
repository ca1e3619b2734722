import type { FollowUps } from '../follow-ups.ts';
import type { LiveRooms } from '../room/live-rooms.ts';
import type { Guests } from '../rooms/guests.ts';

/** What follows when a room is not in the store any more: everybody in it is told, and its guests end. */
export class RoomClosing {
  readonly #live: LiveRooms;
  readonly #guests: Guests;
  readonly #followUps: FollowUps;

  constructor(parts: { live: LiveRooms; guests: Guests; followUps: FollowUps }) {
    this.#live = parts.live;
    this.#guests = parts.guests;
    this.#followUps = parts.followUps;
  }

  /** Resolves when it is done, or, if the store or Redis does not answer, at once; then it is done later. */
  async follow(roomId: string): Promise<void> {
    await this.#followUps.run([
      () => this.#live.closeRoom(roomId, 'CLOSED_BY_OWNER'),
      () => this.#guests.endOf(roomId),
    ]);
  }
}
