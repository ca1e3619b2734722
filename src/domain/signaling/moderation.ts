import type { Caller } from '../accounts/sessions.ts';
import type { Clock } from '../clock.ts';
import type { Eventual } from '../eventual.ts';
import type { Participant } from '../room/participant.ts';
import type { Guests } from '../rooms/guests.ts';
import type { Room } from '../rooms/room.ts';
import type { GivenSettings, Rooms } from '../rooms/rooms.ts';
import type { RoomLog } from './ports.ts';
import { mustNotWait, type SendBudgets } from './send-budgets.ts';

/** What the owner of a room may do to it, and its acting host to those in it and before it. */
export class Moderation {
  readonly #log: RoomLog;
  readonly #rooms: Rooms;
  readonly #guests: Guests;
  readonly #signals: SendBudgets;
  readonly #clock: Clock;

  constructor(parts: {
    log: RoomLog;
    rooms: Rooms;
    guests: Guests;
    signals: SendBudgets;
    clock: Clock;
  }) {
    this.#log = parts.log;
    this.#rooms = parts.rooms;
    this.#guests = parts.guests;
    this.#signals = parts.signals;
    this.#clock = parts.clock;
  }

  /**
   * Changes a room's settings; everybody in it is told, and who waits before it is let in or refused as they say now.
   *
   * @throws InvalidInputError, RoomNotFoundError, NotOwnerError, RateLimitedError
   */
  async updateRoom(caller: Caller, roomId: string, settings: GivenSettings): Promise<Room> {
    const room = await this.#rooms.update(caller, roomId, settings);
    await this.#log.update(room);
    return room;
  }

  /** Ends a room for everybody. @throws RoomNotFoundError, NotOwnerError, RateLimitedError */
  async closeRoom(caller: Caller, roomId: string): Promise<Room> {
    const room = await this.#rooms.close(caller, roomId);
    await this.#log.closeRoom(roomId, 'CLOSED_BY_OWNER');
    await this.#guests.endOf(roomId);
    return room;
  }

  /** Ends every room of an account, which is deleted. */
  async closeRoomsOf(accountId: string): Promise<void> {
    for await (const room of this.#rooms.takeOwned(accountId)) {
      await this.#log.closeRoom(room.id, 'CLOSED_BY_OWNER');
      await this.#guests.endOf(room.id);
    }
  }

  /**
   * Ends another's stay; with `ban` that user gets in no more, on any node, also after a restart.
   *
   * @throws InvalidInputError, NotInRoomError, NotHostError, PeerNotInRoomError, RateLimitedError
   */
  async remove(
    caller: Caller,
    roomId: string,
    participantId: string,
    ban: boolean,
  ): Promise<Participant> {
    const { accountId } = caller;
    this.#spend(caller, roomId);
    if (ban) await this.#rooms.checkBans(roomId);
    // The log first: it keeps the user out while the store is being told.
    const removed = await this.#log.remove(roomId, accountId, participantId, ban);
    if (ban) await this.#rooms.ban(roomId, removed.user.id);
    return removed;
  }

  /** @throws NotInRoomError, NotHostError, KnockNotFoundError, RateLimitedError */
  answerKnock(caller: Caller, roomId: string, knockId: string, admitted: boolean): Eventual<void> {
    this.#spend(caller, roomId);
    return this.#log.answerKnock(roomId, caller.accountId, knockId, admitted);
  }

  /** Asks a participant to mute: whether it does is its own. @throws NotInRoomError, NotHostError, PeerNotInRoomError, RateLimitedError */
  requestMute(caller: Caller, roomId: string, participantId: string): Eventual<void> {
    this.#spend(caller, roomId);
    return this.#log.requestMute(roomId, caller.accountId, participantId);
  }

  #spend({ accountId }: Caller, roomId: string): void {
    mustNotWait(this.#signals.spend(accountId, roomId, this.#clock.now()));
  }
}
