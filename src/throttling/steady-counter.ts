import { RateLimiterRes } from 'rate-limiter-flexible';
import type { Counter, LimiterOptions } from './exponential-throttle.ts';

interface Count {
  points: number;
  /** By the clock that nobody sets, in milliseconds. */
  readonly endsAt: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * A counter in memory. The library's own one goes by the wall clock, and setting that forward would let in at once
 * whoever has to wait; this one goes by the time that has passed.
 */
export class SteadyCounter implements Counter {
  readonly #options: LimiterOptions;
  readonly #maxKeys: number;
  /** The one that was used longest ago comes first. */
  readonly #counts = new Map<string, Count>();

  /** @param maxKeys that it remembers: whoever makes keys up makes it forget those that were used longest ago */
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

  /** Makes it `points` from now on, for `seconds`. */
  async set(key: string, points: number, seconds: number): Promise<RateLimiterRes> {
    await this.delete(key);
    return this.#add(key, points, seconds);
  }

  async delete(key: string): Promise<boolean> {
    clearTimeout(this.#counts.get(key)?.timer);
    return this.#counts.delete(key);
  }

  /** Counts, for as long as the first attempt lasts. */
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
