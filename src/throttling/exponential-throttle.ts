import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import type { Throttle } from '../domain/throttle.ts';
import { SteadyCounter } from './steady-counter.ts';

/** The part of a limiter of rate-limiter-flexible that a throttle needs. */
export type Counter = Pick<
  RateLimiterAbstract,
  'consume' | 'penalty' | 'reward' | 'get' | 'set' | 'delete'
>;

/** Makes one of the counters of a throttle. */
export type MakeLimiter = (options: LimiterOptions) => Counter;

export interface LimiterOptions {
  readonly points: number;
  /** In seconds. */
  readonly duration: number;
  readonly keyPrefix: string;
}

/** How many keys one counter in memory remembers by default. */
const MAX_KEYS = 10_000;
/** How long after the first attempt all are forgotten, in seconds. */
const FORGET_SECONDS = 3600;
/** The longest wait between two attempts, in seconds. */
const LONGEST_SECONDS = 900;

/**
 * Lets `free` attempts through without a wait. Each further attempt must wait after the one before: 1, 2, 4, 8 …
 * seconds, at most 15 minutes.
 */
export class ExponentialThrottle implements Throttle {
  readonly #free: number;
  readonly #attempts: Counter;
  /** Lets one attempt through, and then none for the time that this attempt sets. */
  readonly #gate: Counter;

  /** @param limiter makes the counters, in memory or in another store of rate-limiter-flexible */
  constructor(free: number, limiter: MakeLimiter = memoryLimiters()) {
    this.#free = free;
    this.#attempts = limiter({ points: free, duration: FORGET_SECONDS, keyPrefix: 'attempts' });
    this.#gate = limiter({ points: 1, duration: 1, keyPrefix: 'gate' });
  }

  async take(key: string): Promise<number> {
    const { consumedPoints } = await this.#attempts.penalty(key);
    if (consumedPoints < this.#free) return 0;
    const customDuration = Math.min(LONGEST_SECONDS, 2 ** (consumedPoints - this.#free));
    try {
      await this.#gate.consume(key, 1, { customDuration });
      return 0;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      await this.#attempts.reward(key);
      return Math.max(1, refusal.msBeforeNext);
    }
  }

  async giveBack(key: string): Promise<void> {
    const { consumedPoints } = await this.#attempts.reward(key);
    // After the free attempts, it was this attempt that shut the gate.
    if (consumedPoints + 1 >= this.#free) await this.#gate.delete(key);
  }

  async wait(key: string): Promise<number> {
    const shut = await this.#gate.get(key);
    return shut === null ? 0 : Math.max(0, shut.msBeforeNext);
  }

  async forget(key: string): Promise<void> {
    await Promise.all([this.#attempts.delete(key), this.#gate.delete(key)]);
  }
}

/** Counters in this process's memory. @param maxKeys how many keys each of them remembers */
export function memoryLimiters(maxKeys = MAX_KEYS): MakeLimiter {
  return (options) => new SteadyCounter(options, maxKeys);
}
