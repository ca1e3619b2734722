import { RateLimiterRes } from 'rate-limiter-flexible';
import type { Allowance } from '../domain/throttle.ts';
import type { Counter, MakeLimiter } from './exponential-throttle.ts';

const SECONDS = 60;

/** Allows `perMinute` for each key within a minute, which begins with the first take. */
export class MinuteAllowance implements Allowance {
  readonly #counter: Counter;

  /** @param limiter makes the counter, in memory or in another store of rate-limiter-flexible */
  constructor(perMinute: number, limiter: MakeLimiter) {
    this.#counter = limiter({ points: perMinute, duration: SECONDS, keyPrefix: 'minute' });
  }

  async take(key: string, count = 1): Promise<number> {
    try {
      await this.#counter.consume(key, count);
      return 0;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      await this.giveBack(key, count);
      return Math.max(1, refusal.msBeforeNext);
    }
  }

  async giveBack(key: string, count = 1): Promise<void> {
    await this.#counter.reward(key, count);
  }
}
