import { type Caller, mustReach, onlyRoomOf } from '../accounts/sessions.ts';
import { InvalidInputError, NotInRoomError } from '../errors.ts';
import type { LiveRooms } from '../room/live-rooms.ts';
import type { IceServerIssuer, IceServers } from './ice-servers.ts';

/**
 * Hands out ICE servers to who asks for them. A TURN server relays whatever its credentials allow, so they are for people
 * in a call: who is in a room or waits before it, and who is banned is neither.
 */
export class IceRequests {
  readonly #ice: IceServerIssuer;
  readonly #live: Pick<LiveRooms, 'isPresent'>;

  constructor(parts: {
    ice: IceServerIssuer;
    live: Pick<LiveRooms, 'isPresent'>;
  }) {
    this.#ice = parts.ice;
    this.#live = parts.live;
  }

  /**
   * STUN servers, and for a room that the caller is in or waits before also TURN servers with fresh credentials.
   *
   * @param roomId null for STUN servers alone
   * @throws InvalidInputError for who may enter one room alone and names none, NotInRoomError
   */
  async answer(caller: Caller, roomId: string | null): Promise<IceServers> {
    if (roomId === null) {
      if (onlyRoomOf(caller) === null) return this.#ice.open();
      const message = 'must be given by who may enter one room alone: that room';
      throw new InvalidInputError([{ path: 'roomId', message }]);
    }
    mustReach(caller, roomId);
    const { accountId } = caller;
    if (!(await this.#live.isPresent(roomId, accountId))) throw new NotInRoomError();
    return this.#ice.issue(accountId);
  }
}
