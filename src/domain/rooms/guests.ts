import { z } from 'zod';
import type { Account } from '../accounts/account.ts';
import type { Origin, SignedIn } from '../accounts/accounts.ts';
import type { AccountStore } from '../accounts/ports.ts';
import { nameRule } from '../accounts/rules.ts';
import type { Sessions } from '../accounts/sessions.ts';
import type { Clock } from '../clock.ts';
import {
  GuestsNotAllowedError,
  RateLimitedError,
  RoomLockedError,
  RoomNotFoundError,
} from '../errors.ts';
import type { FollowUps } from '../follow-ups.ts';
import { newId } from '../identifier.ts';
import { parseInput } from '../input.ts';
import type { Throttle } from '../throttle.ts';
import type { Rooms } from './rooms.ts';

/**
 * The domain of made-up emails, which no mail reaches (RFC 2606 §2): guests have no email, but every account needs a
 * unique one.
 */
const NO_MAIL_DOMAIN = 'guests.invalid';
/** A hash that no password has. */
const NO_PASSWORD = '!';

const entranceRules = z.object({ roomId: z.string(), name: nameRule });

/**
 * People without an account, whom a room lets in with only a name. Each gets an account that belongs to the room and
 * ends with it.
 */
export class Guests {
  readonly #rooms: Rooms;
  readonly #accounts: AccountStore;
  readonly #sessions: Sessions;
  readonly #entrances: Throttle;
  readonly #clock: Clock;
  readonly #followUps: FollowUps;

  constructor(parts: {
    rooms: Rooms;
    accounts: AccountStore;
    sessions: Sessions;
    /** Counts new guests by address. */
    entrances: Throttle;
    clock: Clock;
    followUps: FollowUps;
  }) {
    this.#rooms = parts.rooms;
    this.#accounts = parts.accounts;
    this.#sessions = parts.sessions;
    this.#entrances = parts.entrances;
    this.#clock = parts.clock;
    this.#followUps = parts.followUps;
  }

  /**
   * Makes a guest of a room and signs it in. It may join that room, by its rules, and no other.
   *
   * @throws InvalidInputError, RoomNotFoundError, GuestsNotAllowedError, RoomLockedError, RateLimitedError
   */
  async enter(
    input: { roomId: string; name: string },
    { address, userAgent }: Origin,
  ): Promise<SignedIn> {
    const { roomId, name } = parseInput(entranceRules, input);
    const room = await this.#rooms.lookUpFrom(address, roomId);
    if (room === null) throw new RoomNotFoundError();
    if (!room.allowGuests) throw new GuestsNotAllowedError();
    if (room.access === 'LOCKED') throw new RoomLockedError();
    const waitMs = await this.#entrances.take(address);
    if (waitMs > 0) throw new RateLimitedError(waitMs, 'Too many guests from this network.');
    const id = newId();
    const account: Account = {
      id,
      name,
      email: `${id}@${NO_MAIL_DOMAIN}`,
      emailVerified: false,
      passwordHash: NO_PASSWORD,
      createdAt: new Date(this.#clock.now()),
      disabledAt: null,
      guestOf: roomId,
      identity: null,
    };
    await this.#accounts.insert(account);
    // The room was closed meanwhile, and its closing did not find this guest.
    if (this.#rooms.hasClosed(roomId)) {
      await this.#accounts.delete(id);
      throw new RoomNotFoundError();
    }
    return { account, ...(await this.#sessions.open(account, userAgent)) };
  }

  /** Signs out and deletes the guests of a room that has ended. */
  async endOf(roomId: string): Promise<void> {
    const ids = await this.#accounts.deleteGuestsOf(roomId);
    await this.#followUps.run(ids.map((id) => () => this.#sessions.endAll(id)));
  }

  /** Ends the guests of rooms whose end nobody reported: rooms that expired, or ended while a node was down. */
  async tidy(): Promise<void> {
    for (const roomId of await this.#accounts.roomsWithGuests()) {
      if ((await this.#rooms.find(roomId)) === null) await this.endOf(roomId);
    }
  }
}
