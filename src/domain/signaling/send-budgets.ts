import { RateLimitedError } from '../errors.ts';
import { type Rate, TokenBucket } from './token-bucket.ts';

/** Stands for no room: the budget of an account for rooms that it is not in. */
const NO_ROOM = '';

/** The budget of an account in one room. */
class RoomBudget extends TokenBucket {
  readonly roomId: string;

  constructor(roomId: string, rate: Rate, now: number) {
    super(rate, now);
    this.roomId = roomId;
  }
}

/**
 * Limits what each participant may send. An account has one budget for each room that it joined here, and one for all
 * other rooms.
 */
export class SendBudgets {
  readonly #rate: Rate;
  // By account: nearly always one or two rooms. A single key would have to be concatenated for every signal.
  readonly #budgets = new Map<string, readonly RoomBudget[]>();

  constructor(perSecond: number, burst: number) {
    this.#rate = { perSecond, burst };
  }

  get size(): number {
    let size = 0;
    for (const { length } of this.#budgets.values()) size += length;
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
    const budget = this.#find(accountId, roomId) ?? this.#budget(accountId, NO_ROOM, now);
    return budget.take(now, count);
  }

  /** Takes from the account's budget for all other rooms. */
  spendOutside(accountId: string, now: number, count = 1): number {
    return this.#budget(accountId, NO_ROOM, now).take(now, count);
  }

  /** How much the account has taken in a room that has not been refilled yet. */
  spentIn(accountId: string, roomId: string, now: number): number {
    const budget = this.#find(accountId, roomId) ?? this.#budget(accountId, NO_ROOM, now);
    return budget.spent(now);
  }

  /** Forgets the budgets that are full again, except those of accounts in their room. */
  tidy(isPresent: (accountId: string, roomId: string) => boolean, now: number): void {
    for (const [accountId, ofAccount] of this.#budgets) {
      const kept = ofAccount.filter(
        (budget) => isPresent(accountId, budget.roomId) || !budget.isFull(now),
      );
      if (kept.length === 0) this.#budgets.delete(accountId);
      else if (kept.length < ofAccount.length) this.#budgets.set(accountId, kept);
    }
  }

  #find(accountId: string, roomId: string): TokenBucket | null {
    const ofAccount = this.#budgets.get(accountId);
    if (ofAccount === undefined) return null;
    for (const budget of ofAccount) if (budget.roomId === roomId) return budget;
    return null;
  }

  #budget(accountId: string, roomId: string, now: number): TokenBucket {
    const found = this.#find(accountId, roomId);
    if (found !== null) return found;
    const budget = new RoomBudget(roomId, this.#rate, now);
    // Not pushed: an array that grows makes room for 16 more.
    this.#budgets.set(accountId, this.#budgets.get(accountId)?.concat(budget) ?? [budget]);
    return budget;
  }
}

/** @throws RateLimitedError if there is a time to wait, in milliseconds */
export function mustNotWait(waitMs: number): void {
  if (waitMs > 0) throw new RateLimitedError(waitMs);
}
