import type { Account, User } from '../accounts/account.ts';
import { holdOf } from '../accounts/holding.ts';
import { mustReach } from '../accounts/reach.ts';
import type { Caller } from '../accounts/sessions.ts';
import type { Clock } from '../clock.ts';
import { type Eventual, whenReady } from '../eventual.ts';
import type { LiveRooms } from '../room/live-rooms.ts';
import { banOf } from '../room/moderation.ts';
import type { Participant } from '../room/participant.ts';
import type { GivenSettings, Room } from '../rooms/room.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { RoomClosing } from './room-closing.ts';
import { mustNotWait, type SendBudgets } from './send-budgets.ts';

/** How many accounts are looked up at once. */
const AT_ONCE = 50;

/** What the owner may do to a room, and what its host may do to those who are in it or wait. */
export class Moderation {
  readonly #live: LiveRooms;
  readonly #rooms: Rooms;
  readonly #closing: RoomClosing;
  readonly #signals: SendBudgets;
  readonly #clock: Clock;
  readonly #account: (id: string) => Promise<Account | null>;

  constructor(parts: {
    live: LiveRooms;
    rooms: Rooms;
    closing: RoomClosing;
    signals: SendBudgets;
    clock: Clock;
    /** Finds an account; null if it does not exist any more. */
    account: (id: string) => Promise<Account | null>;
  }) {
    this.#live = parts.live;
    this.#rooms = parts.rooms;
    this.#closing = parts.closing;
    this.#signals = parts.signals;
    this.#clock = parts.clock;
    this.#account = parts.account;
  }

  /**
   * Changes a room's settings and tells everybody in it. Those who wait are let in or refused if the new settings
   * decide that.
   *
   * @throws InvalidInputError, RoomNotFoundError, NotOwnerError, RateLimitedError
   */
  async updateRoom(caller: Caller, roomId: string, settings: GivenSettings): Promise<Room> {
    const room = await this.#rooms.update(caller, roomId, settings);
    await this.#live.update(room);
    return room;
  }

  /** Ends a room for everybody. @throws RoomNotFoundError, NotOwnerError, RateLimitedError */
  async closeRoom(caller: Caller, roomId: string): Promise<Room> {
    const room = await this.#rooms.close(caller, roomId);
    await this.#closing.follow(roomId);
    return room;
  }

  /** Shows the owner's new name in every room that they own. */
  async renameOwner(owner: Pick<User, 'id' | 'name'>): Promise<void> {
    for await (const room of this.#rooms.renameOwner(owner)) await this.#live.update(room);
  }

  /** Ends every room of a deleted account. */
  async closeRoomsOf(accountId: string): Promise<void> {
    for await (const { id } of this.#rooms.takeOwned(accountId)) await this.#closing.follow(id);
  }

  /**
   * Ends the stay of another participant. With `ban`, that user cannot join again at any node: for as long as the room
   * exists if the owner bans, until everybody has left if another host does.
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
    // The live room first: it keeps the user out while the store is being told.
    const by = holdOf(caller, roomId);
    const removed = await this.#live.remove(roomId, accountId, participantId, ban, by);
    const { participant, lasting } = removed;
    if (lasting) await this.#rooms.ban(roomId, banOf(participant.user, removed));
    return participant;
  }

  /** @throws NotInRoomError, NotHostError, KnockNotFoundError, RateLimitedError */
  admit(caller: Caller, roomId: string, knockId: string): Eventual<void> {
    this.#spend(caller, roomId);
    const by = holdOf(caller, roomId);
    const answered = this.#live.answerKnock(roomId, caller.accountId, knockId, true, false, by);
    return whenReady(answered, () => {});
  }

  /**
   * Refuses a knock; `ban` as in {@link Moderation.remove}.
   *
   * @throws InvalidInputError, NotInRoomError, NotHostError, KnockNotFoundError, RateLimitedError
   */
  async deny(caller: Caller, roomId: string, knockId: string, ban: boolean): Promise<void> {
    this.#spend(caller, roomId);
    if (ban) await this.#rooms.checkBans(roomId);
    const { accountId } = caller;
    const by = holdOf(caller, roomId);
    const denied = await this.#live.answerKnock(roomId, accountId, knockId, false, ban, by);
    const { waiting, lasting } = denied;
    if (lasting) await this.#rooms.ban(roomId, banOf(waiting.user, waiting));
  }

  /**
   * Those who may not join a room for as long as it exists. Only its owner is told; everybody else gets an empty list.
   * Deleted accounts are left out.
   */
  async bansOf(caller: Caller, roomId: string): Promise<readonly User[]> {
    const room = await this.#rooms.find(roomId);
    if (room === null || room.owner.id !== caller.accountId) return [];
    const users: User[] = [];
    for (let first = 0; first < room.banned.length; first += AT_ONCE) {
      const some = room.banned.slice(first, first + AT_ONCE);
      const accounts = await Promise.all(some.map(({ userId }) => this.#account(userId)));
      for (const account of accounts) if (account !== null) users.push(userOf(account));
    }
    return users;
  }

  /**
   * Lets a banned user in again. Does nothing if the user is not banned. @throws RoomNotFoundError, NotOwnerError,
   * RateLimitedError
   */
  async unban(caller: Caller, roomId: string, userId: string): Promise<Room> {
    // The store comes first: somebody who joins meanwhile with the old list of bans is still kept out.
    const room = await this.#rooms.unban(caller, roomId, userId);
    await this.#live.unban(roomId, userId);
    return room;
  }

  /**
   * Asks a participant to mute; its client decides. @throws NotInRoomError, NotHostError, PeerNotInRoomError,
   * RateLimitedError
   */
  requestMute(caller: Caller, roomId: string, participantId: string): Eventual<void> {
    this.#spend(caller, roomId);
    const by = holdOf(caller, roomId);
    return this.#live.requestMute(roomId, caller.accountId, participantId, by);
  }

  #spend(caller: Caller, roomId: string): void {
    mustReach(caller, roomId);
    mustNotWait(this.#signals.spend(caller.accountId, roomId, this.#clock.elapsed()));
  }
}

function userOf({ id, name, guestOf }: Account): User {
  return { id, name, isGuest: guestOf !== null };
}
