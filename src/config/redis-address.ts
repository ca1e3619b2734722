/** Sentinels that know which Redis of several is the master. */
export interface RedisSentinels {
  /** The sentinels' name for the master and its replicas. */
  readonly name: string;
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
  /** For the sentinels themselves; those of Redis are in its URL. */
  readonly username: string | null;
  readonly password: string | null;
}

/** Where Redis is. */
export interface RedisAddress {
  /**
   * One Redis, or several nodes of one Redis Cluster; empty: no Redis. With sentinels, one URL whose host is the
   * master's name; it holds user, password, database and TLS.
   */
  readonly urls: readonly string[];
  readonly sentinels: RedisSentinels | null;
}

export const NO_REDIS: RedisAddress = { urls: [], sentinels: null };

const PORT_OF_SENTINELS = 26_379;
/** `redis+sentinel://user:password@host:port,host:port/name/database?options`. */
const SENTINEL_URL =
  /^redis(?<tls>s?)\+sentinel:\/\/(?:(?<login>[^@/]*)@)?(?<hosts>[^@/?\s]+)\/(?<name>[\w.-]+)(?:\/(?<database>\d+))?(?:\?(?<options>\S*))?$/;
const HOST = /^(?<host>\[[\da-f:.]+\]|[\w.-]+)(?::(?<port>\d{1,5}))?$/i;

/**
 * Reads one URL of Redis, several of a Redis Cluster separated by commas, or `redis+sentinel://` with all sentinels;
 * null for any other text.
 */
export function readRedisAddress(text: string): RedisAddress | null {
  if (/^rediss?\+sentinel:/.test(text)) return behindSentinels(text);
  const urls = text
    .split(',')
    .map((url) => url.trim())
    .filter((url) => url !== '');
  const right = urls.every((url) => /^rediss?:\/\/[^/\s]+/.test(url) && URL.canParse(url));
  return right ? { urls, sentinels: null } : null;
}

function behindSentinels(text: string): RedisAddress | null {
  const found = SENTINEL_URL.exec(text)?.groups;
  if (found === undefined) return null;
  const { tls = '', login = '', hosts = '', name = '', database, options = '' } = found;
  const addresses = hosts.split(',').map((one) => HOST.exec(one)?.groups);
  const read = addresses.flatMap((one) => {
    const port = Number(one?.port ?? PORT_OF_SENTINELS);
    if (one?.host === undefined || port === 0 || port > 65_535) return [];
    return [{ host: one.host.replace(/^\[|\]$/g, ''), port }];
  });
  const given = new URLSearchParams(options);
  const known = [...given.keys()].every((key) => /^sentinel_(username|password)$/.test(key));
  const url = `redis${tls}://${login === '' ? '' : `${login}@`}${name}/${database ?? ''}`;
  if (read.length < addresses.length || !known || !URL.canParse(url)) return null;
  return {
    urls: [url],
    sentinels: {
      name,
      addresses: read,
      username: given.get('sentinel_username'),
      password: given.get('sentinel_password'),
    },
  };
}
