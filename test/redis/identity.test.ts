import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityOf } from '../../src/redis/clients.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { until } from '../kit/waiting.ts';

const binary = findRedis();

describe.skipIf(binary === null)('what names what a Redis with an append-only file stores', () => {
  let master: RedisServer;
  let replica: RedisServer;
  const identity = async (server: RedisServer): Promise<string> => {
    const clients = [new Redis(server.url), new Redis(server.url)] as const;
    try {
      return await identityOf(...clients);
    } finally {
      for (const client of clients) client.disconnect();
    }
  };
  const restart = async (server: RedisServer) => {
    await server.stop('SIGKILL');
    await server.start();
  };

  beforeAll(async () => {
    master = await RedisServer.start(binary ?? '', { durable: true });
    replica = await RedisServer.start(binary ?? '', { durable: true });
  });
  afterAll(() => Promise.all([master, replica].map((server) => server.dispose())));

  test('stays over a restart, and changes at a failover and not back at the restart after it', async () => {
    const before = await identity(master);
    await restart(master);
    expect(await identity(master)).toBe(before);
    const admin = new Redis(replica.url);
    // Said to it and not written down: a restart finds a master, as a failover would have left it.
    await admin.replicaof('127.0.0.1', master.port);
    await until(
      async () => (await admin.info('replication')).includes('master_link_status:up'),
      'the replica to follow',
    );
    // Until then a Redis that has just got everything keeps nothing of it over a restart.
    await until(
      async () =>
        /aof_rewrite_in_progress:0\r\naof_rewrite_scheduled:0/.test(
          await admin.info('persistence'),
        ),
      'its append-only file to be whole',
    );
    await expect(identity(replica)).rejects.toThrow('READONLY');
    await admin.replicaof('NO', 'ONE');
    admin.disconnect();
    const promoted = await identity(replica);
    await restart(replica);
    const restarted = await identity(replica);
    expect(new Set([before, promoted, restarted]).size).toBe(3);
    await restart(replica);
    expect(await identity(replica)).toBe(restarted);
  });

  test('two connections that lead to two servers are no connection', async () => {
    const clients = [new Redis(master.url), new Redis(replica.url)] as const;
    await expect(identityOf(...clients)).rejects.toThrow('two servers');
    for (const client of clients) client.disconnect();
  });
});
