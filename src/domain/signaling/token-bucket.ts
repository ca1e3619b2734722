/** How much is let through: in the long run, and at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Limits something to a rate. Times are the elapsed time of a clock, in milliseconds. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #filledAt: number;

  /** @param rate is shared by all buckets of a kind: there may be several for each participant */
  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#filledAt = now;
  }

  /**
   * Takes `count` and answers 0. If there are not enough, it takes none and answers in how many milliseconds there will
   * be.
   */
  take(now: number, count = 1): number {
    const waitMs = this.waitFor(now, count);
    if (waitMs === 0) this.#tokens -= count;
    return waitMs;
  }

  /** As {@link TokenBucket.take}, but takes nothing. */
  waitFor(now: number, count: number): number {
    this.#fill(now);
    if (this.#tokens >= count) return 0;
    return ((count - this.#tokens) / this.#rate.perSecond) * 1000;
  }

  /** How many were taken and have not been refilled yet. */
  spent(now: number): number {
    this.#fill(now);
    return this.#rate.burst - this.#tokens;
  }

  /** Whether it is as full as a new one. */
  isFull(now: number): boolean {
    this.#fill(now);
    return this.#tokens >= this.#rate.burst;
  }

  #fill(now: number): void {
    const passed = now - this.#filledAt;
    this.#filledAt = now;
    const { perSecond, burst } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + (passed / 1000) * perSecond);
  }
}
