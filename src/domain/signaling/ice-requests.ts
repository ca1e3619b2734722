import type { Caller } from '../accounts/sessions.ts';
import { InvalidInputError, NotInRoomError } from '../errors.ts';
import type { LiveRooms } from '../room/live-rooms.ts';
import type { IceServerIssuer, IceServers } from './ice-servers.ts';
import type { Waiters } from './waiters.ts';

/**
 * Hands out ICE servers to who asks for them. A TURN server relays whatever its credentials allow, so they are for people
 * in a call: who is in a room or waits before it, and who is banned is neither.
 */
export class IceRequests {
  readonly #ice: IceServerIssuer;
  readonly #live: Pick<LiveRooms, 'participants'>;
  readonly #waiters: Waiters;

  constructor(parts: {
    ice: IceServerIssuer;
    live: Pick<LiveRooms, 'participants'>;
    waiters: Waiters;
  }) {
    this.#ice = parts.ice;
    this.#live = parts.live;
    this.#waiters = parts.waiters;
  }

  /**
   * STUN servers, and for a room that the caller is in or waits before here also TURN servers with fresh credentials.
   *
   * @param roomId null for STUN servers alone
   * @throws InvalidInputError for a guest who names no room, NotInRoomError
   */
  async answer({ accountId, guestOf }: Caller, roomId: string | null): Promise<IceServers> {
    if (roomId === null) {
      if (guestOf === null) return this.#ice.open();
      const message = 'must be given by a guest: the room that you are in';
      throw new InvalidInputError([{ path: 'roomId', message }]);
    }
    const participants = await this.#live.participants(roomId);
    const present = participants.some(({ user }) => user.id === accountId);
    if (!present && !this.#waiters.has(accountId, roomId)) throw new NotInRoomError();
    return this.#ice.issue(accountId);
  }
}
