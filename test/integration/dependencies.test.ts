import { join } from 'node:path';
import Database from 'libsql';
import mongoose from 'mongoose';
import { expect, test } from 'vitest';
import { peerql } from '../kit/command.ts';
import { KeptLog } from '../kit/log.ts';
import { MailServer } from '../kit/mail-server.ts';
import { scrape } from '../kit/metrics.ts';
import { findMongod, Mongod, replicaSetUri } from '../kit/mongod.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, register } from '../kit/people.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { canMount, SmallDisk } from '../kit/small-disk.ts';
import { startTalk } from '../kit/talk.ts';
import { pace, until } from '../kit/waiting.ts';

/** What was promised of every failure. */
const VISIBLE_WITHIN_MS = 10_000;

/** How a dependency looks from outside: in the metrics, in the log, and in what readiness answers. */
async function look(server: TestServer, log: KeptLog, dependency: string) {
  const seen = await scrape(server.url);
  const ready = await fetch(`${server.url}/health/ready`);
  return {
    metric: seen.value('peerql_dependency_up', { dependency }),
    logged: log.lines.filter(({ fields }) => fields.dependency === dependency).at(-1)?.message,
    status: ready.status,
    // What is wrong follows after a colon: see `untilWrong`.
    body: JSON.parse((await ready.text()).replace(/answer: [^"]*"/g, 'answer."')),
  };
}

/**
 * Waits until readiness, the metrics and the log all say the same: these words. The first words may be others, since a
 * question that was under way when the dependency failed is only known to be late.
 */
async function untilWrong(
  server: TestServer,
  log: KeptLog,
  dependency: string,
  words: string,
): Promise<void> {
  const wanted = {
    metrics: [words],
    ready: [`The ${dependency} does not answer: ${words}.`],
    logged: words,
  };
  let last: unknown;
  await until(
    async () => {
      const { samples } = await scrape(server.url);
      const metrics = samples
        .filter(({ name, labels }) => {
          return name === 'peerql_dependency_trouble' && labels.dependency === dependency;
        })
        .map(({ labels }) => labels.reason);
      const { reasons: ready } = await (await fetch(`${server.url}/health/ready`)).json();
      const told = log.lines.filter(({ fields }) => fields.dependency === dependency).at(-1);
      last = { metrics, ready, logged: told?.fields.reason };
      return JSON.stringify(last) === JSON.stringify(wanted);
    },
    () => `${dependency} to say ${JSON.stringify(wanted)}; it says ${JSON.stringify(last)}`,
    VISIBLE_WITHIN_MS,
  );
}

async function untilSeen(
  server: TestServer,
  log: KeptLog,
  dependency: string,
  wanted: Awaited<ReturnType<typeof look>>,
  withinMs = VISIBLE_WITHIN_MS,
): Promise<void> {
  let last: unknown;
  await until(
    async () => {
      last = await look(server, log, dependency);
      return JSON.stringify(last) === JSON.stringify(wanted);
    },
    () => `${dependency} to look like ${JSON.stringify(wanted)}; it is ${JSON.stringify(last)}`,
    withinMs,
  );
}

/** What `peerql check` says of a dependency at this moment, beside the server: the problem in plain words, and its mend. */
async function problemsOf(
  name: string,
  server: TestServer,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, out } = await peerql(['check'], {
    DATA_DIR: server.dataDir,
    HOST: '127.0.0.1',
    PORT: '0',
    STUN_URLS: ',',
    ...env,
  });
  expect(code).toBe(1);
  const lines = out.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`problem  ${name} `));
  expect(lines[at + 1]?.trim()).toMatch(/^→ ./);
  return lines[at] ?? '';
}

const storeAway = {
  metric: 0,
  logged: 'The store does not answer',
  status: 503,
  body: {
    status: 'not ready',
    checks: { store: 'down' },
    reasons: ['The store does not answer.'],
  },
};
const storeBack = {
  metric: 1,
  logged: 'The store works again',
  status: 200,
  body: { status: 'ready', checks: { store: 'up' } },
};

test('a database file that another process has locked shows within 10 s, and calls go on', async () => {
  const log = new KeptLog();
  const server = await startServer({ overrides: { log } });
  const stop = await startTalk(server);
  const other = new Database(join(server.dataDir, 'peerql.sqlite'));
  other.exec('BEGIN IMMEDIATE');
  await untilSeen(server, log, 'store', storeAway);
  await untilWrong(server, log, 'store', 'another process is writing it');
  await expect(register(server.graphqlUrl, 'Cem')).rejects.toThrow('UNAVAILABLE');
  const seen = await scrape(server.url);
  expect(seen.value('peerql_store_failures_total')).toBeGreaterThanOrEqual(1);
  expect(await problemsOf('store', server)).toContain('another process is writing it');
  other.exec('ROLLBACK');
  other.close();
  await untilSeen(server, log, 'store', storeBack, 30_000);
  await stop();
  await server.close();
}, 60_000);

test.skipIf(!canMount())(
  'a disk that is full shows within 10 s, and calls go on',
  async () => {
    const disk = SmallDisk.mount(32);
    try {
      const log = new KeptLog();
      const server = await startServer({ overrides: { log }, dataDir: disk.path });
      const stop = await startTalk(server);
      disk.fill();
      await untilSeen(server, log, 'store', storeAway);
      await untilWrong(server, log, 'store', 'the disk is full');
      await expect(register(server.graphqlUrl, 'Cem')).rejects.toThrow('UNAVAILABLE');
      expect(await problemsOf('store', server)).toContain(
        'is full or nearly full: 0.0 MB are left',
      );
      disk.free();
      await untilSeen(server, log, 'store', storeBack, 30_000);
      await register(server.graphqlUrl, 'Cem');
      await stop();
      await server.stop();
    } finally {
      disk.unmount();
    }
  },
  60_000,
);

const binary = findMongod();

test.skipIf(binary === null)(
  'a MongoDB that is killed shows within 10 s, and calls go on',
  async () => {
    const mongod = await Mongod.start(binary ?? '');
    const log = new KeptLog();
    const env = { MONGO_URI: mongod.uri('observed') };
    const server = await startServer({ env, overrides: { log } });
    const stop = await startTalk(server);
    await mongod.stop('SIGKILL');
    await untilSeen(server, log, 'store', storeAway);
    await untilWrong(server, log, 'store', 'no server of it answers');
    const impatient = { MONGO_URI: `${env.MONGO_URI}?serverSelectionTimeoutMS=500` };
    expect(await problemsOf('store', server, impatient)).toContain('Cannot open MongoDB');
    await mongod.start();
    await untilSeen(server, log, 'store', storeBack, 30_000);
    await stop();
    await server.close();
    await mongod.dispose();
  },
  120_000,
);

test.skipIf(binary === null)(
  'a MongoDB without a primary answers and takes no writes: that shows within 10 s',
  async () => {
    const members = await Mongod.startReplicaSet(binary ?? '', 3);
    const log = new KeptLog();
    const uri = replicaSetUri(members, 'observed');
    const server = await startServer({ env: { MONGO_URI: uri }, overrides: { log } });
    const hello = await mongoose.createConnection(uri).asPromise();
    const { me } = await hello.getClient().db().command({ hello: 1 });
    await hello.close();
    // Two of three are gone: the third can be read and elects nobody.
    const [left, ...others] = [...members].sort((one) => (one.host === me ? -1 : 1));
    await Promise.all(others.map((one) => one.stop('SIGKILL')));
    await untilSeen(server, log, 'store', storeAway, 30_000);
    const words = 'it takes no writes: the replica set has no primary';
    await untilWrong(server, log, 'store', words);
    const check = { MONGO_URI: `${uri}&serverSelectionTimeoutMS=500` };
    expect(await problemsOf('store', server, check)).toContain('MongoDB');
    await Promise.all(others.map((one) => one.start()));
    await untilSeen(server, log, 'store', storeBack, 30_000);
    await server.close();
    await Promise.all([left, ...others].map((one) => one?.dispose()));
  },
  120_000,
);

const redisBinary = findRedis();

test.skipIf(binary === null || redisBinary === null)(
  'a Redis that is killed shows within 10 s, and every signal it was not given is refused',
  async () => {
    const mongod = await Mongod.start(binary ?? '');
    const redis = await RedisServer.start(redisBinary ?? '');
    const log = new KeptLog();
    const env = {
      MONGO_URI: mongod.uri('observed'),
      REDIS_URL: redis.url,
      JWT_SECRET: 'x'.repeat(32),
    };
    const server = await startServer({ env, overrides: { log } });
    const ann = await register(server.graphqlUrl, 'Ann');
    const { id: roomId } = await createRoom(server.graphqlUrl, ann);
    const host = new Participant(server.socketUrl, ann);
    await host.join({ roomId, clientKey: 'ann' });
    await redis.stop('SIGKILL');
    // Nobody is told that it was sent.
    const sending = host.offer(roomId, host.id, 'v=0').catch(() => null);
    await untilSeen(server, log, 'Redis', {
      metric: 0,
      logged: 'The Redis does not answer',
      status: 503,
      body: {
        status: 'not ready',
        checks: { store: 'up', Redis: 'down' },
        reasons: ['The Redis does not answer.'],
      },
    });
    await sending;
    expect(await problemsOf('Redis', server, env)).toContain('does not answer');
    await until(
      async () => ((await scrape(server.url)).value('peerql_redis_failures_total') ?? 0) > 0,
      'the call that failed to be counted',
    );
    const seen = await scrape(server.url);
    const sent = { call: 'roomLog.follow' };
    expect(seen.value('peerql_redis_call_duration_seconds_count', sent)).toBeGreaterThanOrEqual(1);
    await redis.start();
    await untilSeen(
      server,
      log,
      'Redis',
      {
        metric: 1,
        logged: 'The Redis works again',
        status: 200,
        body: { status: 'ready', checks: { store: 'up', Redis: 'up' } },
      },
      30_000,
    );
    await host.dispose();
    await server.close();
    await redis.dispose();
    await mongod.dispose();
  },
  120_000,
);

test('a mail server that is away shows within 10 s of the first mail, as a warning', async () => {
  const gone = await MailServer.start();
  const { url } = gone;
  await gone.close();
  const log = new KeptLog();
  const server = await startServer({ env: { SMTP_URL: url }, overrides: { log } });
  // Registering sends mail.
  const stop = await startTalk(server);
  await untilSeen(server, log, 'mail server', {
    metric: 0,
    logged: 'The mail server does not answer',
    // Calls and sign-ins need no mail: traffic may come.
    status: 200,
    body: {
      status: 'ready',
      checks: { store: 'up', 'mail server': 'down' },
      warnings: ['The mail server does not answer.'],
    },
  });
  const said = await problemsOf('mail', server, { SMTP_URL: url });
  expect(said).toContain('ECONNREFUSED');
  await until(
    async () =>
      ((await scrape(server.url)).value('peerql_mails_total', { result: 'failed' }) ?? 0) >= 2,
    'both mails to have failed',
  );
  await stop();
  await server.close();
}, 60_000);

test('a standstill of the process shows in the metrics and within 10 s in the log', async () => {
  const log = new KeptLog();
  const server = await startServer({ overrides: { log } });
  const stop = await startTalk(server);
  await scrape(server.url);
  // Each look at the metrics begins a new stretch, at the loop's next tick.
  await pace(200);
  const end = performance.now() + 1500;
  while (performance.now() < end);
  // The standstill is known once the loop has ticked; a request on an open connection would come before that.
  await pace(200);
  const lag = (await scrape(server.url)).value('nodejs_eventloop_lag_max_seconds');
  expect(lag).toBeGreaterThan(1);
  await until(
    () => log.lines.some(({ message }) => message === 'The process stood still'),
    'a line of the standstill',
    VISIBLE_WITHIN_MS,
  );
  await stop();
  await server.close();
}, 60_000);

test('a server that stops says so before it is gone', async () => {
  const server = await startServer({ env: { SHUTDOWN_SECONDS: '3' } });
  const ann = await register(server.graphqlUrl, 'Ann');
  const { id: roomId } = await createRoom(server.graphqlUrl, ann);
  const people = [new Participant(server.socketUrl, ann), new Participant(server.socketUrl, ann)];
  for (const [index, one] of people.entries()) {
    await one.join({ roomId, clientKey: `ann-${index}` });
  }
  const stopped = server.stop();
  const ready = await fetch(`${server.url}/health/ready`);
  expect([ready.status, await ready.json()]).toMatchObject([
    503,
    { status: 'not ready', reasons: ['This server is stopping.'] },
  ]);
  await stopped;
  await Promise.all(people.map((one) => one.dispose()));
  await server.close();
});
