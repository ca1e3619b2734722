import type { SessionEnds, SocketTally } from '../domain/accounts/ports.ts';
import type { Clock } from '../domain/clock.ts';
import type { Logger } from '../domain/logger.ts';
import type { ConnectionOptions } from './clients.ts';
import { RedisConnection } from './connection.ts';
import { Nodes } from './nodes.ts';
import { RedisSessionEnds } from './session-ends.ts';
import { RedisSocketTally } from './socket-tally.ts';

/** How long a start waits for Redis, in milliseconds. */
const OPEN_MS = 10_000;

/** What the nodes of a cluster share through Redis. */
export interface SharedByRedis {
  readonly redis: RedisConnection;
  readonly nodes: Nodes;
  readonly sessionEnds: SessionEnds;
  readonly socketTally: SocketTally;
  /**
   * Whether this machine's clock and Redis' differ by so much that one of them is wrong. Nothing is deleted by this
   * clock then.
   */
  readonly isClockSkewed: boolean;
  /** Redis' time in milliseconds, which is the same for all nodes. */
  now(): number;
  /** Rejects with `UnavailableError` while Redis does not do its work; its message says why. */
  ping(): Promise<void>;
  /** Calls `lost` when Redis has been away for too long, and `found` when it is back after that. */
  onLost(lost: () => void, found: () => void): void;
  /** Leaves the cluster, so that the others take over what this node holds. Close the logs before. */
  close(): Promise<void>;
}

/** Joins the cluster. Rejects with one sentence, free of credentials, if Redis does not answer or refuses. */
export async function openRedis(
  options: ConnectionOptions,
  { clock, log }: { clock: Clock; log: Logger },
): Promise<SharedByRedis> {
  const redis = new RedisConnection(options, clock, log);
  let joined: Nodes | null = null;
  try {
    await redis.opened(OPEN_MS);
    const sessionEnds = await RedisSessionEnds.open(redis, clock);
    const nodes = new Nodes(redis, clock);
    joined = nodes;
    await nodes.time.look();
    return {
      redis,
      nodes,
      sessionEnds,
      socketTally: new RedisSocketTally(redis, nodes),
      get isClockSkewed() {
        return redis.isClockSkewed;
      },
      now: () => Math.round(redis.redisNow),
      ping: () => redis.ping(),
      onLost: (lost, found) => redis.onLost(lost, found),
      async close() {
        // If Redis is away, the others find out by themselves.
        await nodes.leave().catch(() => {});
        await redis.close();
      },
    };
  } catch (error) {
    await joined?.leave().catch(() => {});
    await redis.close();
    throw error;
  }
}
