import { RateLimiterRes } from 'rate-limiter-flexible';
import type { Counter, LimiterOptions } from './exponential-throttle.ts';

interface Count {
  points: number;
  /** By the monotonic clock, in milliseconds. */
  readonly endsAt: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * A counter in memory. The library's own counter uses the wall clock: if that is set forward, everybody who has to wait
 * is let in at once. This one uses the time that has really passed.
 */
export class SteadyCounter implements Counter {
  readonly #options: LimiterOptions;
  readonly #maxKeys: number;
  /** The least recently used one comes first. */
  readonly #counts = new Map<string, Count>();

  /**
   * @param maxKeys how many keys it remembers; the least recently used ones are forgotten first, so made-up keys cannot
   * fill the memory
   */
  constructor(options: LimiterOptions, maxKeys: number) {
    this.#options = options;
    this.#maxKeys = maxKeys;
  }

  async consume(
    key: string,
    points = 1,
    { customDuration }: { readonly customDuration?: number } = {},
  ): Promise<RateLimiterRes> {
    const result = this.#add(key, points, customDuration ?? this.#options.duration);
    if (result.consumedPoints > this.#options.points) throw result;
    return result;
  }

  async penalty(key: string, points = 1): Promise<RateLimiterRes> {
    return this.#add(key, points, this.#options.duration);
  }

  async reward(key: string, points = 1): Promise<RateLimiterRes> {
    return this.#add(key, -points, this.#options.duration);
  }

  async get(key: string): Promise<RateLimiterRes | null> {
    const count = this.#counts.get(key);
    return count === undefined ? null : this.#resultOf(count);
  }

  /** Sets the count to `points`, for `seconds` from now. */
  async set(key: string, points: number, seconds: number): Promise<RateLimiterRes> {
    await this.delete(key);
    return this.#add(key, points, seconds);
  }

  async delete(key: string): Promise<boolean> {
    clearTimeout(this.#counts.get(key)?.timer);
    return this.#counts.delete(key);
  }

  /** Adds to the count. The count ends `seconds` after its first attempt. */
  #add(key: string, points: number, seconds: number): RateLimiterRes {
    let count = this.#counts.get(key);
    if (count === undefined || count.endsAt <= performance.now()) {
      clearTimeout(count?.timer);
      const timer = setTimeout(() => this.#counts.delete(key), seconds * 1000).unref();
      count = { points: 0, endsAt: performance.now() + seconds * 1000, timer };
    }
    this.#counts.delete(key);
    this.#counts.set(key, count);
    this.#forgetOldest();
    count.points += points;
    return this.#resultOf(count);
  }

  #forgetOldest(): void {
    if (this.#counts.size <= this.#maxKeys) return;
    for (const [oldest, { timer }] of this.#counts) {
      clearTimeout(timer);
      this.#counts.delete(oldest);
      break;
    }
  }

  #resultOf({ points, endsAt }: Count): RateLimiterRes {
    const left = Math.max(0, Math.ceil(endsAt - performance.now()));
    return new RateLimiterRes(Math.max(0, this.#options.points - points), left, points);
  }
}
