import { describe } from 'vitest';
import { Cluster } from '../kit/cluster.ts';
import { findMongod, Mongod } from '../kit/mongod.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { buildServer } from '../kit/server-process.ts';

const mongodBinary = findMongod();
export const redisBinary = findRedis();

/** Tests of several nodes. Without a mongod or a redis-server they are skipped, having said so. */
export const describeCluster = describe.skipIf(mongodBinary === null || redisBinary === null);

/** A Redis, or several that are one to those who use them. */
interface SharedRedis {
  readonly url: string;
  dispose(): Promise<void>;
}

/** Three nodes with all that they share. */
export interface Scenery<Shared extends SharedRedis = RedisServer> {
  readonly cluster: Cluster;
  readonly redis: Shared;
  readonly mongod: Mongod;
  close(): Promise<void>;
}

export interface SceneryOptions<Shared extends SharedRedis = RedisServer> {
  readonly env?: Readonly<Record<string, string>>;
  /** Environment variables of one node, by its place from 0. */
  readonly envOf?: (node: number, redis: Shared) => Promise<Readonly<Record<string, string>>>;
  /** The built server's main file. Default: one without the call page. */
  readonly main?: string;
}

const NODES = 3;

/** Starts a Redis that keeps what it is told, a MongoDB replica set of one, three nodes and a load balancer. */
export function setScene(options: SceneryOptions = {}): Promise<Scenery> {
  return setSceneWith(() => RedisServer.start(redisBinary ?? '', { durable: true }), options);
}

/** The same with what `startRedis` starts. */
export async function setSceneWith<Shared extends SharedRedis>(
  startRedis: () => Promise<Shared>,
  options: SceneryOptions<Shared>,
): Promise<Scenery<Shared>> {
  const [main, [mongod], redis] = await Promise.all([
    options.main ?? buildServer(),
    Mongod.startReplicaSet(mongodBinary ?? '', 1),
    startRedis(),
  ]);
  if (mongod === undefined) throw new Error('There is no mongod.');
  const dispose = () => Promise.all([redis.dispose(), mongod.dispose()]);
  try {
    const own = await Promise.all(
      Array.from({ length: NODES }, async (_, node) => options.envOf?.(node, redis) ?? {}),
    );
    const cluster = await Cluster.start(main, {
      nodes: NODES,
      mongoUri: mongod.uri('cluster'),
      redisUrl: redis.url,
      // All come from one address, in a burst, to nodes that have compiled nothing yet.
      env: {
        SOCKETS_PER_USER: '1000',
        SOCKETS_PER_ADDRESS: '10000',
        EXECUTION_MS_PER_SECOND: '1000',
        EXECUTION_MS_PER_SECOND_PER_ADDRESS: '1000',
        PREPARING_MS_PER_SECOND: '1000',
        ...options.env,
      },
      envOf: (node) => own[node] ?? {},
    });
    const close = async () => {
      await cluster.close();
      await dispose();
    };
    return { cluster, redis, mongod, close };
  } catch (error) {
    await dispose();
    throw error;
  }
}
