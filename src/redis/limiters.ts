import type { Cluster, Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { MakeLimiter } from '../throttling/exponential-throttle.ts';
import { BoundedLimiter } from './bounded-limiter.ts';

/**
 * Counters that all nodes share. While Redis is away, each node counts by itself, so nobody can guess more often than
 * the limit times the number of nodes.
 *
 * @param name distinguishes the counters of different throttles
 * @param maxKeys how many keys each counter remembers in memory while Redis is away
 */
export function redisLimiters(client: Redis | Cluster, name: string, maxKeys: number): MakeLimiter {
  return ({ keyPrefix, ...options }) =>
    new RateLimiterRedis({
      ...options,
      storeClient: client,
      keyPrefix: `peerql:${name}:${keyPrefix}`,
      rejectIfRedisNotReady: true,
      insuranceLimiter: new BoundedLimiter({ ...options, keyPrefix }, maxKeys),
    });
}
