import { RateLimitedError } from '../errors.ts';
import { TokenBucket } from './token-bucket.ts';

/** Stands for no room: the budget of whoever sends into rooms that it is not in. */
const NO_ROOM = '';

/** What each participant may send: a budget for each account in each room that it joined here, and one for all others. */
export class SendBudgets {
  readonly #perSecond: number;
  readonly #burst: number;
  // By account, then by room: one key of both would have to be put together for every signal.
  readonly #budgets = new Map<string, Map<string, TokenBucket>>();

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  get size(): number {
    let size = 0;
    for (const ofAccount of this.#budgets.values()) size += ofAccount.size;
    return size;
  }

  /** Gives an account a budget of its own in a room. */
  open(accountId: string, roomId: string, now: number): void {
    this.#budget(accountId, roomId, now);
  }

  /** Takes one in a room, or where the account has no budget there from that for all others; see {@link TokenBucket.take}. */
  spend(accountId: string, roomId: string, now: number, count = 1): number {
    const budget = this.#budgets.get(accountId)?.get(roomId);
    return (budget ?? this.#budget(accountId, NO_ROOM, now)).take(now, count);
  }

  /** Takes one from what the account has for no room in particular. */
  spendOutside(accountId: string, now: number, count = 1): number {
    return this.#budget(accountId, NO_ROOM, now).take(now, count);
  }

  /** What the account has taken in a room and not got back yet. */
  spentIn(accountId: string, roomId: string, now: number): number {
    const budget = this.#budgets.get(accountId)?.get(roomId);
    return (budget ?? this.#budget(accountId, NO_ROOM, now)).spent(now);
  }

  /** Forgets the budgets that are full again, but those of who is in a room. */
  tidy(isPresent: (accountId: string, roomId: string) => boolean, now: number): void {
    for (const [accountId, ofAccount] of this.#budgets) {
      for (const [roomId, budget] of ofAccount) {
        if (!isPresent(accountId, roomId) && budget.isFull(now)) ofAccount.delete(roomId);
      }
      if (ofAccount.size === 0) this.#budgets.delete(accountId);
    }
  }

  #budget(accountId: string, roomId: string, now: number): TokenBucket {
    let ofAccount = this.#budgets.get(accountId);
    if (ofAccount === undefined) {
      ofAccount = new Map();
      this.#budgets.set(accountId, ofAccount);
    }
    let budget = ofAccount.get(roomId);
    if (budget === undefined) {
      budget = new TokenBucket(this.#perSecond, this.#burst, now);
      ofAccount.set(roomId, budget);
    }
    return budget;
  }
}

/** @throws RateLimitedError where there is anything to wait, in milliseconds */
export function mustNotWait(waitMs: number): void {
  if (waitMs > 0) throw new RateLimitedError(waitMs);
}
