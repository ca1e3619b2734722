/** Lets `burst` through at once, and `perSecond` in the long run. Times are the elapsed time of a clock, in milliseconds. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number;

  constructor(perSecond: number, burst: number, now: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
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
    return ((count - this.#tokens) / this.#perSecond) * 1000;
  }

  /** How many were taken and have not been refilled yet. */
  spent(now: number): number {
    this.#fill(now);
    return this.#burst - this.#tokens;
  }

  /** Whether it is as full as a new one. */
  isFull(now: number): boolean {
    this.#fill(now);
    return this.#tokens >= this.#burst;
  }

  #fill(now: number): void {
    const passed = now - this.#filledAt;
    this.#filledAt = now;
    this.#tokens = Math.min(this.#burst, this.#tokens + (passed / 1000) * this.#perSecond);
  }
}
