import type { Cluster, Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { type MakeLimiter, memoryLimiters } from './exponential-throttle.ts';

/**
 * Counters that all nodes share. While Redis is away each node counts by itself, so that nobody may guess more often
 * than there are nodes times the limit.
 *
 * @param name tells one throttle's counters from another's
 * @param local makes the counters for while Redis is away
 */
export function redisLimiters(
  client: Redis | Cluster,
  name: string,
  local: MakeLimiter = memoryLimiters(),
): MakeLimiter {
  return ({ keyPrefix, ...options }) =>
    new RateLimiterRedis({
      ...options,
      storeClient: client,
      keyPrefix: `peerql:${name}:${keyPrefix}`,
      rejectIfRedisNotReady: true,
      insuranceLimiter: local({ ...options, keyPrefix }),
    });
}
