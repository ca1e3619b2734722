import type { User } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/ports.ts';
import { mustHaveAccount, mustNotBeLimited } from '../accounts/reach.ts';
import type { Caller } from '../accounts/sessions.ts';
import { type Call, peopleOf } from '../call/call.ts';
import type { Clock } from '../clock.ts';
import type { Eventual } from '../eventual.ts';
import { checkFirst, readCursor } from '../rooms/pages.ts';
import type { CallStore } from './ports.ts';

/** A page of calls that have ended, newest first. */
export interface CallPage {
  readonly calls: readonly Call[];
  readonly hasNextPage: boolean;
}

/** Is told up to when a user has seen their calls. */
type SeenListener = (userId: string, until: Date) => Eventual<void>;

/** The calls of each person, kept for some time after they were made. */
export class CallHistory {
  readonly #calls: CallStore;
  readonly #accounts: AccountStore;
  readonly #clock: Clock;
  readonly #keptMs: number;
  readonly #seenListeners: SeenListener[] = [];

  /**
   * @param parts.clock by which calls ring
   * @param parts.keptMs how long a call is kept, in milliseconds
   */
  constructor(parts: { calls: CallStore; accounts: AccountStore; clock: Clock; keptMs: number }) {
    this.#calls = parts.calls;
    this.#accounts = parts.accounts;
    this.#clock = parts.clock;
    this.#keptMs = parts.keptMs;
  }

  /** Keeps a call that has ended for everybody in it who still has an account. The same call again changes nothing. */
  async record(call: Call): Promise<void> {
    const there = await this.#accounts.findMany([...new Set(peopleOf(call))]);
    const userIds = there.map(({ id }) => id);
    // Names are read when the call is shown, so that no name of a deleted account is kept.
    const body = JSON.stringify(withUsers(call, ({ id }) => ({ id, name: '', isGuest: false })));
    const { id, createdAt } = call;
    await this.#calls.record({ id, createdAt: new Date(createdAt), body }, userIds);
  }

  /**
   * The calls of the caller, newest first, with the present names of people. The name of somebody whose account does
   * not exist any more is empty.
   *
   * @param after the page cursor of the last call of the page before
   * @throws InvalidInputError, ForbiddenError
   */
  async page(caller: Caller, first: number, after: string | null): Promise<CallPage> {
    mustNotBeLimited(caller);
    checkFirst(first);
    const place = after === null ? null : readCursor(after);
    const kept = await this.#calls.list(caller.accountId, this.#oldest(), first, place);
    const calls = kept.calls.map(({ body }): Call => JSON.parse(body));
    const users = await this.#usersOf(calls);
    return {
      calls: calls.map((call) => withUsers(call, (user) => users.get(user.id) ?? user)),
      hasNextPage: kept.hasNextPage,
    };
  }

  /** Up to when a user has seen their calls, on any device; null if they never have. */
  seenUntil(userId: string): Promise<Date | null> {
    return this.#calls.seenUntil(userId);
  }

  /**
   * The caller has seen their calls up to this moment. That moment only moves forward, and not past now. Resolves to
   * the latest such moment once all devices of the caller have been told.
   *
   * @throws ForbiddenError for guests, who have no calls
   */
  async markSeen(caller: Caller, until: Date): Promise<Date> {
    mustHaveAccount(caller);
    const { accountId } = caller;
    const latest = new Date(Math.min(until.getTime(), this.#clock.now()));
    const seen = await this.#calls.markSeen(accountId, latest);
    for (const listener of this.#seenListeners) await listener(accountId, seen);
    return seen;
  }

  /** Calls `listener` when somebody has seen their calls, before that is answered. */
  onSeen(listener: SeenListener): void {
    this.#seenListeners.push(listener);
  }

  /** Deletes the calls of a person, because their account is deleted. Others keep theirs. */
  async forget(userId: string): Promise<void> {
    await this.#calls.deleteByUser(userId);
  }

  /** Deletes calls that were kept long enough; resolves to how many copies. */
  sweep(): Promise<number> {
    return this.#calls.deleteUntil(this.#oldest());
  }

  #oldest(): Date {
    return new Date(this.#clock.now() - this.#keptMs);
  }

  async #usersOf(calls: readonly Call[]): Promise<Map<string, User>> {
    const ids = new Set(calls.flatMap((call) => [...peopleOf(call), call.room.owner.id]));
    const accounts = await this.#accounts.findMany([...ids]);
    return new Map(accounts.map(({ id, name }) => [id, { id, name, isGuest: false }]));
  }
}

/** The same call with other details of its people. */
function withUsers(call: Call, userOf: (user: User) => User): Call {
  return {
    ...call,
    room: { ...call.room, owner: userOf(call.room.owner) },
    caller: userOf(call.caller),
    legs: call.legs.map((leg) => ({ ...leg, user: userOf(leg.user) })),
  };
}
