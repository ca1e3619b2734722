/** What one address may use at once, and what of it comes back in a second: milliseconds of preparing documents. */
const BURST_MS = 500;
/** Addresses that are remembered before those that owe nothing are forgotten. */
const REMEMBERED = 10_000;

interface Debt {
  ms: number;
  at: number;
}

/**
 * Bounds the time that one address may spend on documents that nobody has sent before: they are parsed and validated,
 * which blocks everybody else. Documents that are known cost nothing, and no budget.
 */
export class PreparingBudget {
  readonly #perSecondMs: number;
  readonly #now: () => number;
  readonly #debts = new Map<string, Debt>();

  /** @param now milliseconds that only ever grow */
  constructor(perSecondMs: number, now: () => number = () => performance.now()) {
    this.#perSecondMs = perSecondMs;
    this.#now = now;
  }

  /** Whether the address has used up what it may use now. */
  isSpent(address: string): boolean {
    const debt = this.#debts.get(address);
    return debt !== undefined && this.#left(debt) > Math.max(BURST_MS, this.#perSecondMs);
  }

  /** @param ms what preparing one document took, in milliseconds */
  spend(address: string, ms: number): void {
    const debt = this.#debts.get(address);
    const now = this.#now();
    if (debt === undefined) {
      if (this.#debts.size >= REMEMBERED) this.#forget();
      this.#debts.set(address, { ms, at: now });
    } else {
      debt.ms = this.#left(debt) + ms;
      debt.at = now;
    }
  }

  #left({ ms, at }: Debt): number {
    const elapsed = Math.max(0, this.#now() - at);
    return Math.max(0, ms - (elapsed / 1000) * this.#perSecondMs);
  }

  #forget(): void {
    for (const [address, debt] of this.#debts) {
      if (this.#left(debt) === 0) this.#debts.delete(address);
    }
  }
}
