import type { Cluster, Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { MakeLimiter } from '../throttling/exponential-throttle.ts';
import { BoundedLimiter } from './bounded-limiter.ts';

/**
 * Counters that all nodes share. While Redis is away each node counts by itself, so that nobody may guess more often
 * than there are nodes times the limit.
 *
 * @param name tells one throttle's counters from another's
 * @param maxKeys that each counter remembers in memory while Redis is away
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
