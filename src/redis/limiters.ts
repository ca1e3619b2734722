import { RateLimiterRes } from 'rate-limiter-flexible';
import { UnavailableError } from '../domain/errors.ts';
import type { Counter, LimiterOptions, MakeLimiter } from '../throttling/exponential-throttle.ts';
import type { RedisConnection } from './connection.ts';
import type { Nodes } from './nodes.ts';
import { items } from './replies.ts';
import { scripts } from './scripts.ts';

/** What the counters of a cluster need. */
export interface CountingParts {
  readonly redis: RedisConnection;
  readonly nodes: Pick<Nodes, 'time'>;
  /** Makes the counters in memory that are used while Redis is away. */
  readonly alone: MakeLimiter;
}

/**
 * Counters that all nodes share. While Redis is away, each node counts by itself, so nobody can guess more often than
 * the limit times the number of nodes. They go by the time of the nodes, so that nobody waits longer, or gets in earlier,
 * when Redis' clock is set.
 *
 * @param name distinguishes the counters of different throttles
 */
export function redisLimiters(parts: CountingParts, name: string): MakeLimiter {
  return (options) => new SharedCounter(parts, name, options);
}

class SharedCounter implements Counter {
  readonly #redis: RedisConnection;
  readonly #nodes: Pick<Nodes, 'time'>;
  readonly #alone: Counter;
  readonly #options: LimiterOptions;
  readonly #prefix: string;

  constructor({ redis, nodes, alone }: CountingParts, name: string, options: LimiterOptions) {
    this.#redis = redis;
    this.#nodes = nodes;
    this.#alone = alone(options);
    this.#options = options;
    this.#prefix = `peerql:count:${name}:${options.keyPrefix}`;
  }

  async consume(
    key: string,
    points = 1,
    given: { readonly customDuration?: number } = {},
  ): Promise<RateLimiterRes> {
    const seconds = given.customDuration ?? this.#options.duration;
    const result = await this.#or(
      () => this.#count('add', key, points, seconds),
      () => this.#alone.consume(key, points, given),
    );
    if (result.consumedPoints > this.#options.points) throw result;
    return result;
  }

  penalty(key: string, points = 1): Promise<RateLimiterRes> {
    return this.#or(
      () => this.#count('add', key, points, this.#options.duration),
      () => this.#alone.penalty(key, points),
    );
  }

  reward(key: string, points = 1): Promise<RateLimiterRes> {
    return this.#or(
      () => this.#count('add', key, -points, this.#options.duration),
      () => this.#alone.reward(key, points),
    );
  }

  get(key: string): Promise<RateLimiterRes | null> {
    return this.#or(
      async () => {
        const result = await this.#count('get', key, 0, 0);
        return result.msBeforeNext > 0 ? result : null;
      },
      () => this.#alone.get(key),
    );
  }

  /** Sets the count to `points`, for `seconds` from now. */
  set(key: string, points: number, seconds: number): Promise<RateLimiterRes> {
    return this.#or(
      () => this.#count('set', key, points, seconds),
      () => this.#alone.set(key, points, seconds),
    );
  }

  delete(key: string): Promise<boolean> {
    return this.#or(
      async () => (await this.#redis.do((client) => client.del(this.#keyOf(key)))) > 0,
      () => this.#alone.delete(key),
    );
  }

  async #count(
    what: 'add' | 'set' | 'get',
    key: string,
    points: number,
    seconds: number,
  ): Promise<RateLimiterRes> {
    const args = [what, this.#nodes.time.now(), points, seconds * 1000];
    const reply = items(await this.#redis.call(scripts.count, [this.#keyOf(key)], args));
    const [count = 0, leftMs = 0] = reply.map(Number);
    return new RateLimiterRes(Math.max(0, this.#options.points - count), leftMs, count);
  }

  async #or<Result>(shared: () => Promise<Result>, alone: () => Promise<Result>): Promise<Result> {
    try {
      return await shared();
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      return alone();
    }
  }

  #keyOf(key: string): string {
    return `${this.#prefix}:${key}`;
  }
}
