import { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { openRedis } from '../../src/redis/open.ts';
import { reasonOf } from '../../src/redis/reasons.ts';
import { KeptLog } from '../kit/log.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';

const binary = findRedis();
/** As docs/deploying.md says. */
const RIGHTS = '+@read +@write +@pubsub +@scripting +@connection +time +info +cluster'.split(' ');

describe.skipIf(binary === null)('a start by a user of Redis', () => {
  let server: RedisServer;
  let admin: Redis;

  const allow = async (...rights: string[]) => {
    await admin.call('ACL', 'SETUSER', 'app', 'reset', 'on', '>secret', ...rights);
  };
  const open = async (password = 'secret') => {
    const url = `redis://app:${password}@127.0.0.1:${server.port}`;
    return openRedis({ urls: [url], lostMs: 5000 }, { clock: systemClock, log: new KeptLog() });
  };
  /** What a start is refused with, and that it was refused at once. */
  const refusal = async (password?: string): Promise<string> => {
    const began = performance.now();
    const error = await open(password).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(performance.now() - began).toBeLessThan(8000);
    return error instanceof Error ? error.message : '';
  };

  beforeAll(async () => {
    server = await RedisServer.start(binary ?? '');
    admin = new Redis(server.url);
  });
  afterAll(async () => {
    admin.disconnect();
    await server.dispose();
  });

  test('with the rights that the guide names works', async () => {
    await allow('~peerql:*', '&peerql:*', ...RIGHTS);
    const shared = await open();
    await shared.ping();
    await shared.nodes.beat();
    await shared.close();
  });

  test('with a wrong password says so at once, and not the password', async () => {
    await allow('~peerql:*', '&peerql:*', ...RIGHTS);
    const told = await refusal('wrong-password');
    expect(told).toContain('refuses the user or the password');
    expect(told).not.toContain('wrong-password');
  });

  test.each([
    ['scripts', ['~peerql:*', '&peerql:*', ...RIGHTS, '-@scripting']],
    ['channels', ['~peerql:*', 'resetchannels', ...RIGHTS]],
    ['writes', ['~peerql:*', '&peerql:*', ...RIGHTS, '-@write']],
    ['publishing', ['~peerql:*', '&peerql:*', ...RIGHTS, '-spublish']],
    ['the keys', ['~others:*', '&peerql:*', ...RIGHTS]],
  ])('without %s says so at once', async (_what, rights) => {
    await allow(...rights);
    expect(await refusal()).toContain('lacks a permission');
  });
});

test.skipIf(binary === null)(
  'a sentinel that wants a password says so at once',
  async () => {
    const server = await RedisServer.start(binary ?? '');
    const admin = new Redis(server.url);
    await admin.config('SET', 'requirepass', 'secret');
    const addresses = [{ host: '127.0.0.1', port: server.port }];
    const sentinels = { name: 'calls', addresses, username: null, password: 'wrong-password' };
    const opening = openRedis(
      { urls: ['redis://calls/'], sentinels, lostMs: 5000 },
      { clock: systemClock, log: new KeptLog() },
    );
    await expect(opening).rejects.toThrow(
      `Redis refuses the user or the password of REDIS_URL. (calls of the sentinels 127.0.0.1:${server.port})`,
    );
    admin.disconnect();
    await server.dispose();
  },
  9000,
);

test.each([
  ['LOADING Redis is loading the dataset in memory', 'still loading'],
  ['MISCONF Redis is configured to save RDB snapshots', 'save to its disk'],
  ['CLUSTERDOWN The cluster is down', 'Cluster is down'],
  ['DENIED Redis is running in protected mode because …', 'protected mode'],
  ["ERR unknown command 'SSUBSCRIBE', with args beginning with: ", 'Redis 7 or later'],
  ['ERR Error running script: Unknown Redis command called from script', 'Redis 7 or later'],
])('%s is said in words', (answer, words) => {
  expect(reasonOf(new Error(answer))).toContain(words);
});

test("the client's error where no node of a cluster answers is said in words", async () => {
  // Nothing listens there.
  const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], {
    lazyConnect: true,
    clusterRetryStrategy: () => null,
  });
  cluster.on('error', () => {});
  const error: unknown = await cluster.connect().then(
    () => null,
    (reason: unknown) => reason,
  );
  cluster.disconnect();
  expect(reasonOf(error)).toContain('Cluster is down');
});

test("the client's error where no sentinel answers is said in words", async () => {
  // Nothing listens there.
  const client = new Redis({
    sentinels: [{ host: '127.0.0.1', port: 1 }],
    name: 'main',
    lazyConnect: true,
    sentinelRetryStrategy: () => null,
  });
  client.on('error', () => {});
  const error: unknown = await client.connect().then(
    () => null,
    (reason: unknown) => reason,
  );
  client.disconnect();
  expect(reasonOf(error)).toContain('names a master');
});
