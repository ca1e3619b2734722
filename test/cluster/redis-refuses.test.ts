import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { peerql } from '../kit/command.ts';
import { KeptLog } from '../kit/log.ts';
import { scrape } from '../kit/metrics.ts';
import { findMongod, Mongod } from '../kit/mongod.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, register } from '../kit/people.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

const mongodBinary = findMongod();
const redisBinary = findRedis();

/** What was promised of every failure. */
const VISIBLE_WITHIN_MS = 10_000;
const HEALED_WITHIN_MS = 60_000;

const ADMIN = { username: 'admin', password: 'admin', enableReadyCheck: false };
const MANY_KEYS = "for i = 1, 600 do redis.call('SET', 'other:' .. i, i) end";

describe.skipIf(mongodBinary === null || redisBinary === null)(
  'a Redis that answers and does not do its work',
  { timeout: 180_000 },
  () => {
    let mongod: Mongod;
    let redis: RedisServer;
    let admin: Redis;
    let server: TestServer;
    let folder = '';
    let reloading: Redis | null = null;
    const log = new KeptLog();
    const missing = mkdtempSync(join(tmpdir(), 'peerql-missing-'));
    let env: Record<string, string>;

    beforeAll(async () => {
      mongod = await Mongod.start(mongodBinary ?? '');
      redis = await RedisServer.start(redisBinary ?? '');
      admin = new Redis(redis.url, { ...ADMIN, lazyConnect: true });
      const first = new Redis(redis.url);
      await first.call('ACL', 'SETUSER', 'admin', 'on', '>admin', '~*', '&*', '+@all');
      first.disconnect();
      await admin.connect();
      env = {
        MONGO_URI: mongod.uri('refuses'),
        REDIS_URL: redis.url,
        JWT_SECRET: 'x'.repeat(32),
        STUN_URLS: ',',
      };
      server = await startServer({ env, overrides: { log } });
    });
    afterAll(async () => {
      admin?.disconnect();
      await server?.close();
      await redis?.dispose();
      await mongod?.dispose();
      rmSync(missing, { recursive: true, force: true });
    });

    const config = (...args: string[]) => admin.call('CONFIG', 'SET', ...args);
    const user = (...rules: string[]) => admin.call('ACL', 'SETUSER', 'default', ...rules);
    const kinds = [
      {
        name: 'is out of memory',
        begin: () => config('maxmemory', '1'),
        end: () => config('maxmemory', '0'),
        told: 'Redis is out of memory and refuses writes (maxmemory with noeviction).',
      },
      {
        name: 'has too few replicas',
        begin: () => config('min-replicas-to-write', '1'),
        end: () => config('min-replicas-to-write', '0'),
        told: 'Redis refuses writes: too few replicas follow it (min-replicas-to-write).',
      },
      {
        name: 'cannot save',
        begin: async () => {
          [, folder = ''] = (await admin.config('GET', 'dir')) as string[];
          await config('dir', missing);
          rmSync(missing, { recursive: true });
          await config('save', '3600 1');
          await admin.bgsave().catch(() => {});
        },
        end: async () => {
          await config('save', '');
          await config('dir', folder);
        },
        told: 'Redis refuses writes: it cannot save to its disk.',
      },
      {
        name: 'is a replica now',
        begin: () => admin.replicaof('127.0.0.1', 1),
        end: () => admin.replicaof('NO', 'ONE'),
        told: /replica/,
      },
      {
        name: 'forbids scripts',
        begin: () => user('-@scripting'),
        end: () => user('+@all'),
        told: /lacks a permission/,
      },
      {
        name: 'is loading',
        begin: async () => {
          await admin.eval(MANY_KEYS, 0);
          await config('loading-process-events-interval-bytes', '1024');
          await config('key-load-delay', '10000');
          reloading = new Redis(redis.url, ADMIN);
          reloading.call('DEBUG', 'RELOAD').catch(() => {});
        },
        end: async () => {
          await config('key-load-delay', '0');
          reloading?.disconnect();
        },
        told: 'Redis is still loading its data.',
      },
      {
        name: 'wants another password',
        begin: async () => {
          await config('requirepass', 'another');
          await admin.call('CLIENT', 'KILL', 'TYPE', 'normal');
          await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
        },
        end: () => config('requirepass', ''),
        told: 'Redis refuses the user or the password of REDIS_URL.',
      },
      {
        name: 'forbids channels',
        begin: () => user('resetchannels'),
        end: () => user('allchannels'),
        told: /lacks a permission/,
      },
    ];

    /** What readiness, the metrics and the last line of the log say. */
    async function look() {
      const ready = await fetch(`${server.url}/health/ready`);
      const { reasons = [] } = (await ready.json()) as { reasons?: string[] };
      const { samples } = await scrape(server.url);
      const metrics = samples.flatMap(({ name, labels }) =>
        name === 'peerql_dependency_trouble' && labels.dependency === 'Redis' ? labels.reason : [],
      );
      const logged = log.lines.filter(({ fields }) => fields.dependency === 'Redis').at(-1);
      return {
        status: ready.status,
        ready: reasons.join(' '),
        metrics: metrics.join(' '),
        logged: `${logged?.message} ${logged?.fields.reason}`,
      };
    }

    for (const { name, begin, end, told } of kinds) {
      test(`it ${name}: said within 10 s in readiness, metrics, log and peerql check, and it heals`, async () => {
        const words = typeof told === 'string' ? told.replace(/\.$/, '') : told;
        const says = (text: string) =>
          typeof words === 'string' ? text.includes(words) : words.test(text);
        let last: Awaited<ReturnType<typeof look>>;
        await begin();
        await until(
          async () => {
            last = await look();
            const { status, ready, metrics, logged } = last;
            return status === 503 && [ready, metrics, logged].every(says);
          },
          () => `${name}; it says ${JSON.stringify(last)}`,
          VISIBLE_WITHIN_MS,
        );
        const { code, out } = await peerql(['check'], {
          DATA_DIR: server.dataDir,
          PORT: '0',
          ...env,
        });
        expect(code).toBe(1);
        const problems = out.split('\n').filter((line) => line.startsWith('problem  Redis '));
        expect(problems).toHaveLength(1);
        expect(says(problems[0] ?? ''), problems[0]).toBe(true);
        await end();
        await until(async () => (await look()).status === 200, 'it to heal', HEALED_WITHIN_MS);
        const ann = await register(server.graphqlUrl, 'Ann');
        const { id: roomId } = await createRoom(server.graphqlUrl, ann);
        const participant = new Participant(server.socketUrl, ann);
        await participant.join({ roomId });
        await participant.dispose();
      });
    }
  },
);
