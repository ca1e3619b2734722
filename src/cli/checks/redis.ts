import { Redis } from 'ioredis';
import type { Config } from '../../config/config.ts';
import { comparedWith } from './clock.ts';
import { type Check, type Finding, ok, problem, warning } from './finding.ts';

/** The longest that Redis may take over one step, in milliseconds. */
const PATIENCE_MS = 5000;
/** The first version with sharded channels (SSUBSCRIBE), which the nodes use to reach each other. */
const OLDEST = 7;

/**
 * Whether each Redis node answers, accepts the login, and is configured so that a room log can rely on it. It writes
 * nothing.
 */
export function checkRedis({ redisUrls }: Config): Check {
  return {
    name: 'Redis',
    look: async () => (await Promise.all(redisUrls.map(askNode))).flat(),
  };
}

async function askNode(url: string): Promise<Finding[]> {
  const { host } = new URL(url);
  let failure: Error | null = null;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    retryStrategy: null,
    enableOfflineQueue: false,
  });
  // The error itself arrives here; the call below only learns that the connection is closed.
  redis.on('error', (error: Error) => {
    failure ??= error;
  });
  try {
    await redis.connect();
    const askedAt = Date.now();
    const [seconds, microseconds] = await redis.time();
    const answeredAt = Date.now();
    const at = Number(seconds) * 1000 + Number(microseconds) / 1000;
    return [
      ...ofInfo(host, await redis.info()),
      ...comparedWith(
        `Redis at ${host}`,
        at - (askedAt + answeredAt) / 2,
        (answeredAt - askedAt) / 2,
      ),
    ];
  } catch (error) {
    const reason = failure ?? error;
    const text = reason instanceof Error ? reason.message : String(reason);
    const mend =
      'See that Redis runs and can be reached from here, and that REDIS_URL has its host, port, user and password (rediss:// for TLS)';
    return [problem(`Redis at ${host} does not answer: ${text}`, mend)];
  } finally {
    redis.disconnect();
  }
}

function ofInfo(host: string, info: string): Finding[] {
  const value = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const version = value('redis_version');
  if (Number.parseInt(version, 10) < OLDEST) {
    return [problem(`Redis at ${host} is version ${version}`, `Use version ${OLDEST} or later`)];
  }
  const findings = [ok(`Redis ${version} at ${host} answers`)];
  const policy = value('maxmemory_policy');
  if (value('maxmemory') !== '0' && policy !== 'noeviction') {
    const text = `Redis at ${host} drops data when its memory is full (${policy})`;
    findings.push(warning(text, 'Set maxmemory-policy noeviction, or calls lose their room'));
  }
  return findings;
}
