import { Cluster, Redis } from 'ioredis';
import { FAILED_OVER } from './keys.ts';
import type { Script } from './script.ts';

/** How long one attempt to connect may take, in milliseconds. */
const CONNECT_MS = 5000;
/** The longest pause between two attempts to connect, in milliseconds. */
const RETRY_MS = 500;
const KEEP_ALIVE_MS = 5000;

/** How long a sentinel may take to answer, in milliseconds. */
const SENTINEL_MS = 1000;
/** How often a Redis Cluster is asked which node has which slots, in milliseconds. */
const SLOTS_MS = 1000;

/** Where Redis is. */
export interface RedisPlace {
  /** One URL; or several nodes of one Redis Cluster. */
  readonly urls: readonly string[];
  /** The sentinels, which know the master. The host of the URL is then the master's name. */
  readonly sentinels?: {
    readonly name: string;
    readonly addresses: readonly { readonly host: string; readonly port: number }[];
    readonly username: string | null;
    readonly password: string | null;
  } | null;
}

export interface ConnectionOptions extends RedisPlace {
  /** How long Redis may be away before it counts as lost, in milliseconds. */
  readonly lostMs: number;
}

/** Says where Redis is, without credentials. */
export function describePlace({ urls, sentinels }: RedisPlace): string {
  if (!sentinels) return urls.map((url) => new URL(url).host).join(', ');
  const addresses = sentinels.addresses.map(({ host, port }) => `${host}:${port}`);
  return `${sentinels.name} of the sentinels ${addresses.join(', ')}`;
}

/**
 * A client of one Redis or of a Redis Cluster. It reconnects by itself, and neither queues nor repeats commands. With
 * sentinels it asks them at each connect, and leaves a master when one of them names another.
 */
export function connect({ urls, sentinels }: RedisPlace, name: string): Redis | Cluster {
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
  const { username, password, protocol } = new URL(first);
  if (sentinels) {
    return new Redis(first, {
      ...shared,
      retryStrategy: retry,
      sentinels: [...sentinels.addresses],
      name: sentinels.name,
      sentinelRetryStrategy: retry,
      sentinelReconnectStrategy: retry,
      sentinelCommandTimeout: SENTINEL_MS,
      failoverDetector: true,
      ...(sentinels.username !== null && { sentinelUsername: sentinels.username }),
      ...(sentinels.password !== null && { sentinelPassword: sentinels.password }),
      ...(protocol === 'rediss:' && { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true }),
    });
  }
  if (urls.length === 1) return new Redis(first, { ...shared, retryStrategy: retry });
  return new Cluster([...urls], {
    enableOfflineQueue: false,
    shardedSubscribers: true,
    clusterRetryStrategy: retry,
    // A node that was asked just after a slot had moved may have given an old answer, and nothing else would ask again.
    slotsRefreshInterval: SLOTS_MS,
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
 * The identity of the Redis that two clients are connected to, as identity.lua defines it; '' for a Redis Cluster. It
 * changes after a failover, and after a restart without an append-only file, since acknowledged data may be missing
 * then. With that file, a restart brings everything back.
 *
 * @throws Error that begins with READONLY if it is not a master, or if the clients are connected to two servers; what
 * Redis says if the database of the URL is not there
 */
export async function identityOf(
  commands: Redis | Cluster,
  listening: Redis | Cluster,
): Promise<string> {
  if (commands instanceof Cluster) return '';
  const { db = 0 } = commands.options;
  // The client would go on with another database if this one is not there.
  if (db !== 0) await commands.select(db);
  const [info, other] = await Promise.all([commands.info(), listening.info()]);
  if (/^role:slave/m.test(info)) throw new Error('READONLY It is a replica.');
  const process = /^run_id:.*$/m.exec(info)?.[0] ?? '';
  // For a moment after a failover, one of them may be connected to the former master.
  if (!other.includes(process)) throw new Error('READONLY The connections lead to two servers.');
  const name = /^master_replid:(\w+)/m.exec(info)?.[1] ?? '';
  if (!/^aof_enabled:1/m.test(info)) return name;
  if (/^master_replid2:0+\r?$/m.test(info)) return `aof${(await commands.get(FAILED_OVER)) ?? ''}`;
  // Redis forgets the failover in a restart, so it is stored. If Redis refuses writes, the work probe reports it.
  await commands.set(FAILED_OVER, name).catch(() => {});
  return name;
}

/** Loads scripts into every master. */
export async function loadScripts(
  client: Redis | Cluster,
  scripts: readonly Script[],
): Promise<void> {
  const nodes = client instanceof Cluster ? client.nodes('master') : [client];
  await Promise.all(
    nodes.flatMap((node) => scripts.map(({ source }) => node.script('LOAD', source))),
  );
}
