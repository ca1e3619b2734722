/** Counts the bytes of the last time window, by key and in total. */
export class RecentBytes {
  readonly #windowMs: number;
  #current = new Map<string, number>();
  #former = new Map<string, number>();
  #total = 0;
  #formerTotal = 0;
  #since = 0;

  /** @param windowMs bytes count for at least this long, and for twice as long at most */
  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  total(now: number): number {
    this.#turn(now);
    return this.#total + this.#formerTotal;
  }

  of(key: string, now: number): number {
    this.#turn(now);
    return (this.#current.get(key) ?? 0) + (this.#former.get(key) ?? 0);
  }

  /** Adds bytes to each of the keys, and once to the total. */
  add(keys: readonly string[], bytes: number, now: number): void {
    this.#turn(now);
    this.#total += bytes;
    for (const key of keys) this.#current.set(key, (this.#current.get(key) ?? 0) + bytes);
  }

  #turn(now: number): void {
    // A clock that was set back must not keep the counts for ever.
    if (now - this.#since < this.#windowMs && now >= this.#since) return;
    const follows = now - this.#since < 2 * this.#windowMs;
    this.#former = follows ? this.#current : new Map();
    this.#formerTotal = follows ? this.#total : 0;
    this.#current = new Map();
    this.#total = 0;
    this.#since = now;
  }
}
