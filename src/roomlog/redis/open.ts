import type { Cluster, Redis } from 'ioredis';
import type { SessionEnds, SocketTally } from '../../domain/accounts/ports.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Logger } from '../../domain/logger.ts';
import type { RoomLog } from '../../domain/signaling/ports.ts';
import { type ConnectionOptions, RedisConnection } from '../../redis/connection.ts';
import { Nodes } from '../../redis/nodes.ts';
import { scripts as shared } from '../../redis/scripts.ts';
import { RedisSessionEnds } from '../../redis/session-ends.ts';
import { RedisSocketTally } from '../../redis/socket-tally.ts';
import { RedisRoomLog } from './log.ts';
import type { RedisRoomLogOptions } from './parts.ts';
import { scripts } from './scripts.ts';

/** How long a start waits for Redis, in milliseconds. */
const OPEN_MS = 10_000;

/** What the nodes of a cluster share through Redis. */
export interface SharedByRedis {
  readonly roomLog: RoomLog;
  readonly sessionEnds: SessionEnds;
  readonly socketTally: SocketTally;
  /** For what brings its own commands. */
  readonly client: Redis | Cluster;
  /** Rejects with `UnavailableError` while Redis is away. */
  ping(): Promise<void>;
  /** Calls `lost` when Redis has been away for as long as may be, and `found` when it is back after that. */
  onLost(lost: () => void, found: () => void): void;
  close(): Promise<void>;
}

/** Joins the cluster. Rejects with one clear sentence, free of credentials, when Redis does not answer. */
export async function openRedis(
  options: ConnectionOptions & RedisRoomLogOptions,
  context: { clock: Clock; log: Logger },
): Promise<SharedByRedis> {
  const { clock, log } = context;
  const redis = new RedisConnection(
    options,
    [...Object.values(shared), ...Object.values(scripts)],
    clock,
    log,
  );
  try {
    await redis.opened(OPEN_MS);
    const sessionEnds = await RedisSessionEnds.open(redis, clock);
    const nodes = new Nodes(redis, clock);
    const roomLog = await RedisRoomLog.open(redis, nodes, options, clock);
    return {
      roomLog,
      sessionEnds,
      socketTally: new RedisSocketTally(redis, nodes),
      client: redis.client,
      ping: () => redis.ping(),
      onLost(lost, found) {
        redis.onLost(lost);
        redis.onFound(found);
      },
      async close() {
        await roomLog.close();
        await redis.close();
      },
    };
  } catch (error) {
    await redis.close();
    throw error;
  }
}
