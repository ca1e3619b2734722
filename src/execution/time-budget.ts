/** How many keys are remembered. When there are more, the oldest ones are forgotten first. */
const REMEMBERED = 10_000;

interface Debt {
  ms: number;
  at: number;
}

/**
 * Limits the time of this process that one address, or one account, may use. Used time comes back at a steady rate. A
 * key that owes more than it may use at once is refused.
 */
export class TimeBudget {
  readonly #perSecondMs: number;
  readonly #burstMs: number;
  readonly #debts = new Map<string, Debt>();

  /**
   * @param perSecondMs how much comes back in a second, in milliseconds; 1000 refuses nobody
   * @param burstMs how much may be used at once, if that is more
   */
  constructor(perSecondMs: number, burstMs: number) {
    this.#perSecondMs = perSecondMs;
    this.#burstMs = Math.max(burstMs, perSecondMs);
  }

  get size(): number {
    return this.#debts.size;
  }

  /** Whether `key` has used up its time for now, or so many times as much. */
  isSpent(key: string, times = 1): boolean {
    const debt = this.#debts.get(key);
    const most = times * this.#burstMs;
    if (debt === undefined || debt.ms <= most) return false;
    return this.#left(debt, performance.now()) > most;
  }

  /** @param ms the time that was used, in milliseconds @param now this moment, by `performance.now` */
  spend(key: string, ms: number, now = performance.now()): void {
    const debt = this.#debts.get(key);
    if (debt === undefined) {
      if (this.#debts.size >= REMEMBERED) this.#forget(now);
      this.#debts.set(key, { ms, at: now });
    } else {
      debt.ms = this.#left(debt, now) + ms;
      debt.at = now;
    }
  }

  #left({ ms, at }: Debt, now: number): number {
    const elapsed = Math.max(0, now - at);
    return Math.max(0, ms - (elapsed / 1000) * this.#perSecondMs);
  }

  /** Forgets the keys that owe nothing, and then the oldest ones until a tenth of all places is free. */
  #forget(now: number): void {
    for (const [key, debt] of this.#debts) {
      if (this.#left(debt, now) === 0) this.#debts.delete(key);
    }
    for (const key of this.#debts.keys()) {
      if (this.#debts.size <= REMEMBERED * 0.9) return;
      this.#debts.delete(key);
    }
  }
}
