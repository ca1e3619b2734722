import { Redis } from 'ioredis';
import type { Config } from '../../config/config.ts';
import type { RedisSentinels } from '../../config/redis-address.ts';
import { messageOf } from '../../domain/errors.ts';
import { newId } from '../../domain/identifier.ts';
import { probeOf } from '../../redis/keys.ts';
import { reasonOf } from '../../redis/reasons.ts';
import { scripts } from '../../redis/scripts.ts';
import { comparedWith } from './clock.ts';
import { type Check, type Finding, ok, problem, warning } from './finding.ts';

/** How long Redis may take for one step, in milliseconds. */
const TIMEOUT_MS = 5000;
/** How many keys are tried, as some belong to another node of a Redis Cluster. */
const KEYS = 100;
/** The first version with sharded channels (SSUBSCRIBE), which the nodes use to reach each other. */
const OLDEST = 7;

const IMPATIENT = {
  lazyConnect: true,
  connectTimeout: TIMEOUT_MS,
  commandTimeout: TIMEOUT_MS,
  retryStrategy: null,
  enableOfflineQueue: false,
};

/**
 * Whether each Redis node answers, accepts the login, and is configured so that a room log can rely on it. Asks its
 * sentinels, too. It writes one key, which expires within a minute.
 */
export function checkRedis({ redis: { urls, sentinels } }: Config): Check {
  return {
    name: 'Redis',
    look: async () => {
      const [url = ''] = urls;
      if (sentinels !== null) return behindSentinels(url, sentinels);
      return (await Promise.all(urls.map((one) => askNode(one)))).flat();
    },
  };
}

/** Asks every sentinel, and then the master that the first of them names. */
async function behindSentinels(url: string, sentinels: RedisSentinels): Promise<Finding[]> {
  const asked = await Promise.all(
    sentinels.addresses.map((address) => askSentinel(url, address, sentinels)),
  );
  const findings = asked.map(({ finding }) => finding);
  const masters = new Set(asked.flatMap(({ master }) => master ?? []));
  if (masters.size > 1) {
    const text = `the sentinels name ${masters.size} masters: ${[...masters].join(', ')}`;
    findings.push(
      problem(text, 'Wait until a failover is over; otherwise compare SENTINEL MASTERS at each'),
    );
  }
  const [master] = masters;
  if (master === undefined) return findings;
  const there = new URL(url);
  there.host = master;
  return [...findings, ...(await askNode(there.href))];
}

async function askSentinel(
  url: string,
  { host, port }: RedisSentinels['addresses'][number],
  { name, username, password }: RedisSentinels,
): Promise<{ finding: Finding; master: string | null }> {
  const at = `${host}:${port}`;
  const options = {
    ...IMPATIENT,
    ...{ host, port, enableReadyCheck: false },
    ...(username !== null && { username }),
    ...(password !== null && { password }),
    ...(new URL(url).protocol === 'rediss:' && { tls: {} }),
  };
  const told = await withRedis(new Redis(options), async (sentinel) => {
    const found = await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name);
    if (!Array.isArray(found)) return { master: null, quorum: '' };
    const quorum = await sentinel.call('SENTINEL', 'CKQUORUM', name).catch(String);
    return { master: hostAndPort(found), quorum: String(quorum) };
  });
  if (told instanceof Error) {
    const mend =
      'Check that it runs and can be reached from here, with the user and password of REDIS_URL';
    const text = `the sentinel at ${at} does not answer: ${told.message}`;
    return { finding: problem(text, mend), master: null };
  }
  const { master, quorum } = told;
  if (master === null) {
    const text = `the sentinel at ${at} knows no master ${name}`;
    const mend = 'Use the name in its sentinel.conf for REDIS_URL (sentinel monitor <name> …)';
    return { finding: problem(text, mend), master };
  }
  if (!quorum.startsWith('OK')) {
    const text = `the sentinel at ${at} cannot agree on a failover: ${quorum}`;
    return { finding: warning(text, 'Start the other sentinels'), master };
  }
  return { finding: ok(`the sentinel at ${at} names ${master} the master ${name}`), master };
}

function hostAndPort([host, port]: readonly unknown[]): string {
  const text = String(host);
  return `${text.includes(':') ? `[${text}]` : text}:${port}`;
}

async function askNode(url: string): Promise<Finding[]> {
  const { host } = new URL(url);
  // A Redis that loads its data can say so only if the client does not wait for it.
  const options = { ...IMPATIENT, enableReadyCheck: false };
  const found = await withRedis(new Redis(url, options), async (redis) => {
    const askedAt = Date.now();
    const [seconds, microseconds] = await redis.time();
    const answeredAt = Date.now();
    const at = Number(seconds) * 1000 + Number(microseconds) / 1000;
    const ofServer = ofInfo(host, await redis.info());
    const isUsable = ofServer.every(({ state }) => state !== 'problem');
    return [
      ...ofServer,
      ...(isUsable ? await ofWork(host, redis) : []),
      ...comparedWith(
        `Redis at ${host}`,
        at - (askedAt + answeredAt) / 2,
        (answeredAt - askedAt) / 2,
      ),
    ];
  });
  if (!(found instanceof Error)) return found;
  const mend =
    'Check that Redis runs and can be reached from here, and that REDIS_URL has its host, port, user and password (rediss:// for TLS)';
  const reason = reasonOf(found);
  const text = `Redis at ${host} does not answer: ${found.message}`;
  return [problem(reason === null ? text : `${text} (${reason})`, mend)];
}

/** Makes Redis do what a server needs: run a script that writes and publishes. */
async function ofWork(host: string, redis: Redis): Promise<Finding[]> {
  const id = newId();
  for (let tag = 0; tag < KEYS; tag += 1) {
    try {
      await redis.eval(scripts.probe.source, 1, probeOf(id, String(tag)), id);
      return [];
    } catch (error) {
      const message = messageOf(error);
      if (/^(MOVED|ASK)\b/.test(message)) continue;
      const text = `Redis at ${host} answers, but refuses its work: ${reasonOf(error) ?? message}`;
      return [problem(text, 'Until Redis does it, no server is ready; see docs/deploying.md')];
    }
  }
  return [];
}

/** Connects, runs the work, and disconnects. Resolves to the error if anything went wrong. */
async function withRedis<Result>(
  redis: Redis,
  work: (redis: Redis) => Promise<Result>,
): Promise<Result | Error> {
  let failure: Error | null = null;
  // The error itself arrives here; the call below only learns that the connection is closed.
  redis.on('error', (error: Error) => {
    failure ??= error;
  });
  try {
    await redis.connect();
    return await work(redis);
  } catch (error) {
    return failure ?? (error instanceof Error ? error : new Error(String(error)));
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
  if (value('role') === 'slave') {
    const text = `Redis at ${host} is a replica, and takes no writes`;
    const mend = `Set REDIS_URL to its master (${value('master_host')}:${value('master_port')}) or its sentinels`;
    return [problem(text, mend)];
  }
  const findings = [ok(`Redis ${version} at ${host} answers`)];
  const policy = value('maxmemory_policy');
  if (value('maxmemory') !== '0' && policy !== 'noeviction') {
    const text = `Redis at ${host} drops data when its memory is full (${policy})`;
    findings.push(warning(text, 'Set maxmemory-policy noeviction, or calls lose their room'));
  }
  if (Number(value('connected_slaves')) > 0 && value('min_slaves_good_slaves') === '') {
    const text = `Redis at ${host} accepts writes while no replica follows it; a failover would lose them`;
    findings.push(warning(text, 'Set min-replicas-to-write 1; see docs/deploying.md'));
  }
  return findings;
}
