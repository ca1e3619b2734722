import { mustReach, onlyRoomOf } from '../accounts/reach.ts';
import type { Caller } from '../accounts/sessions.ts';
import { InvalidInputError, NotInRoomError } from '../errors.ts';
import type { LiveRooms } from '../room/live-rooms.ts';
import type { IceServerIssuer, IceServers } from './ice-servers.ts';

/**
 * Answers requests for ICE servers. A TURN server relays for everybody who has its credentials, so only people in a
 * call get them: those who are in a room or wait to be let in. Banned users are neither.
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
   * STUN servers. For a room that the caller is in or waits for: also TURN servers with fresh credentials.
   *
   * @param roomId null: only STUN servers
   * @throws InvalidInputError if the caller may enter only one room and does not name it, NotInRoomError
   */
  async answer(caller: Caller, roomId: string | null): Promise<IceServers> {
    if (roomId === null) {
      if (onlyRoomOf(caller) === null) return this.#ice.open();
      const message = 'must be given: this session may enter only one room';
      throw new InvalidInputError([{ path: 'roomId', message }]);
    }
    mustReach(caller, roomId);
    const { accountId } = caller;
    if (!(await this.#live.isPresent(roomId, accountId))) throw new NotInRoomError();
    return this.#ice.issue(accountId);
  }
}
