import { RateLimitedError } from '../errors.ts';
import { TokenBucket } from './token-bucket.ts';

/** Stands for no room: the budget of an account for rooms that it is not in. */
const NO_ROOM = '';

/**
 * Limits what each participant may send. An account has one budget for each room that it joined here, and one for all
 * other rooms.
 */
export class SendBudgets {
  readonly #perSecond: number;
  readonly #burst: number;
  // By account, then by room. A single key would have to be concatenated for every signal.
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

  /** Gives an account its own budget in a room. */
  open(accountId: string, roomId: string, now: number): void {
    this.#budget(accountId, roomId, now);
  }

  /**
   * Takes from the budget of a room, or from the one for all other rooms if the account has none there; see {@link
   * TokenBucket.take}.
   */
  spend(accountId: string, roomId: string, now: number, count = 1): number {
    const budget = this.#budgets.get(accountId)?.get(roomId);
    return (budget ?? this.#budget(accountId, NO_ROOM, now)).take(now, count);
  }

  /** Takes from the account's budget for all other rooms. */
  spendOutside(accountId: string, now: number, count = 1): number {
    return this.#budget(accountId, NO_ROOM, now).take(now, count);
  }

  /** How much the account has taken in a room that has not been refilled yet. */
  spentIn(accountId: string, roomId: string, now: number): number {
    const budget = this.#budgets.get(accountId)?.get(roomId);
    return (budget ?? this.#budget(accountId, NO_ROOM, now)).spent(now);
  }

  /** Forgets the budgets that are full again, except those of accounts in their room. */
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

/** @throws RateLimitedError if there is a time to wait, in milliseconds */
export function mustNotWait(waitMs: number): void {
  if (waitMs > 0) throw new RateLimitedError(waitMs);
}
