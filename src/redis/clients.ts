import { Cluster, Redis } from 'ioredis';
import type { Script } from './script.ts';

/** How long one attempt to connect may take, in milliseconds. */
const CONNECT_MS = 5000;
/** The longest pause between two attempts to connect, in milliseconds. */
const RETRY_MS = 500;
const KEEP_ALIVE_MS = 5000;

/** A client of one Redis or of a Redis Cluster, which comes back by itself and neither queues nor repeats anything. */
export function connect(urls: readonly string[], name: string): Redis | Cluster {
  const [first = ''] = urls;
  const shared = {
    connectionName: `peerql-${name}`,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_MS,
    keepAlive: KEEP_ALIVE_MS,
  };
  const retry = (times: number) => Math.min(RETRY_MS, times * 50);
  if (urls.length === 1) return new Redis(first, { ...shared, retryStrategy: retry });
  const { username, password, protocol } = new URL(first);
  return new Cluster([...urls], {
    enableOfflineQueue: false,
    shardedSubscribers: true,
    clusterRetryStrategy: retry,
    redisOptions: {
      connectTimeout: CONNECT_MS,
      keepAlive: KEEP_ALIVE_MS,
      maxRetriesPerRequest: 0,
      ...(username !== '' && { username: decodeURIComponent(username) }),
      ...(password !== '' && { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' && { tls: {} }),
    },
  });
}

/**
 * Names what one Redis stores, as append.lua does. After a failover, and after a restart without an append-only file, it
 * is another, since what was acknowledged may be missing. With that file a restart brings everything back.
 */
export async function identityOf(client: Redis | Cluster): Promise<string> {
  const info = (await client.info('replication')) + (await client.info('persistence'));
  const neverFailedOver = /^master_replid2:0+\r?$/m.test(info);
  if (neverFailedOver && /^aof_enabled:1/m.test(info)) return 'aof';
  return /^master_replid:(\w+)/m.exec(info)?.[1] ?? '';
}

/** Has every master know some scripts. */
export async function loadScripts(
  client: Redis | Cluster,
  scripts: readonly Script[],
): Promise<void> {
  const nodes = client instanceof Cluster ? client.nodes('master') : [client];
  await Promise.all(
    nodes.flatMap((node) => scripts.map(({ source }) => node.script('LOAD', source))),
  );
}
