import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import Database from 'libsql';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { peerql } from '../kit/command.ts';
import { MailServer } from '../kit/mail-server.ts';
import { register } from '../kit/people.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { startServer } from '../kit/server.ts';
import { hasTurnServer, TurnServer } from '../kit/turn.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'peerql-check-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** A port that nothing listens on. */
async function deafPort(): Promise<number> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  holder.close();
  await once(holder, 'close');
  return port;
}

/** What `peerql check` says, line by line, as `state name text`; a mend belongs to the line before it. */
async function check(env: Readonly<Record<string, string>>) {
  const { code, out, err } = await peerql(['check'], {
    DATA_DIR: dataDir,
    HOST: '127.0.0.1',
    PORT: '0',
    STUN_URLS: ',',
    ...env,
  });
  expect(err).toBe('');
  const lines = out.split('\n').filter((line) => line !== '');
  const of = (name: string) =>
    lines.flatMap((line, index) => {
      if (line.slice(9, 24).trim() !== name) return [];
      const mend = lines[index + 1];
      return [
        {
          state: line.slice(0, 9).trim(),
          text: line.slice(24),
          mend: mend?.startsWith(' ') ? mend.trim() : null,
        },
      ];
    });
  return { code, of, out };
}

test('a configuration that is wrong: every mistake, each with its mend', async () => {
  const { code, of, out } = await check({ PORT: 'http', TURN_URLS: 'turn.example.com' });
  expect(code).toBe(1);
  expect(of('configuration')).toHaveLength(3);
  for (const { state, mend } of of('configuration')) {
    expect(state).toBe('problem');
    expect(mend).toMatch(/^→ .+/);
  }
  expect(out).toContain('Problems: 3.');
});

test('a secret that others can read, and operations that are none', async () => {
  await writeFile(join(dataDir, 'jwt-secret'), 'x'.repeat(43), { mode: 0o644 });
  const { code, of } = await check({ PERSISTED_OPERATIONS: join(dataDir, 'none.json') });
  expect(code).toBe(1);
  expect(of('configuration').map(({ state }) => state)).toEqual(['ok', 'warning', 'problem']);
  expect(of('configuration')[1]?.mend).toContain('chmod 600');
});

describe('the port', () => {
  test('is free, has a server of ours, or another program', async () => {
    const server = await startServer({ dataDir });
    const { port } = new URL(server.url);
    const ours = await check({ PORT: port });
    expect(ours.of('port')).toEqual([
      { state: 'ok', text: expect.stringContaining('and is ready'), mend: null },
    ]);
    await server.stop();
    expect((await check({ PORT: port })).of('port')[0]?.text).toContain('is free');

    const holder: Server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const taken = await check({ PORT: String((holder.address() as AddressInfo).port) });
    expect(taken.code).toBe(1);
    expect(taken.of('port')[0]).toMatchObject({
      state: 'problem',
      mend: '→ Stop it, or set PORT to a free port.',
    });
    holder.close();
  });
});

describe('the embedded store', () => {
  const path = () => join(dataDir, 'peerql.sqlite');

  test('is not there yet, and is not made', async () => {
    const { code, of } = await check({ DATA_DIR: join(dataDir, 'new') });
    expect(code).toBe(0);
    expect(of('store')[0]?.text).toContain('the first start makes it');
  });

  test('is whole, while a server runs on it', async () => {
    const server = await startServer({ dataDir });
    await register(server.graphqlUrl);
    const { code, of } = await check({});
    expect(code).toBe(0);
    expect(of('store')).toEqual([
      {
        state: 'ok',
        text: expect.stringMatching(/is not damaged and can be written \(schema \d+\)/),
        mend: null,
      },
    ]);
    await server.stop();
  });

  test('is damaged, or lies where nobody can write', async () => {
    await writeFile(path(), 'no database '.repeat(1000));
    const damaged = await check({});
    expect(damaged.code).toBe(1);
    expect(damaged.of('store')[0]).toMatchObject({
      state: 'problem',
      text: expect.stringContaining('the file is damaged or not a SQLite database'),
      mend: expect.stringContaining('peerql restore'),
    });
    const nowhere = await check({ DATA_DIR: join(path(), 'data') });
    expect(nowhere.code).toBe(1);
    expect(nowhere.of('store')[0]).toMatchObject({
      state: 'problem',
      mend: expect.stringContaining('DATA_DIR'),
    });
  });

  test('is of another version, and stays so', async () => {
    await (await startServer({ dataDir })).stop();
    const db = new Database(path());
    db.exec('PRAGMA user_version = 99');
    const newer = await check({});
    expect(newer.code).toBe(1);
    expect(newer.of('store')[0]?.text).toContain('written by a newer version (schema 99');
    db.exec('PRAGMA user_version = 1');
    const older = await check({});
    expect(older.code).toBe(0);
    expect(older.of('store')[0]).toMatchObject({
      state: 'warning',
      mend: expect.stringContaining('peerql migrate'),
    });
    expect(db.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: 1 });
    db.close();
  });

  test('has been written in a time that is still to come: the clock is wrong', async () => {
    const server = await startServer({ dataDir });
    await register(server.graphqlUrl);
    await server.stop();
    const db = new Database(path());
    db.exec('UPDATE sessions SET last_seen_at = last_seen_at + 3600000');
    db.close();
    const { code, of } = await check({});
    expect(code).toBe(1);
    expect(of('store')[1]).toMatchObject({
      state: 'problem',
      mend: expect.stringContaining('timedatectl'),
    });
  });
});

test('a MongoDB that does not answer, without its password', async () => {
  const { code, of, out } = await check({
    MONGO_URI: `mongodb://ann:hidden@127.0.0.1:${await deafPort()}/?serverSelectionTimeoutMS=500`,
  });
  expect(code).toBe(1);
  expect(of('store')[0]).toMatchObject({
    state: 'problem',
    text: expect.stringContaining('Cannot open MongoDB'),
    mend: expect.stringContaining('MONGO_URI'),
  });
  expect(out).not.toContain('hidden');
});

const redisBinary = findRedis();

describe.skipIf(redisBinary === null)('Redis', () => {
  const cluster = {
    MONGO_URI: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100',
    JWT_SECRET: 'x'.repeat(32),
  };

  // MongoDB is looked for as well, and that for ten seconds.
  const timeout = 60_000;

  test('answers, and is gone', { timeout }, async () => {
    const redis = await RedisServer.start(redisBinary ?? '');
    const there = await check({ ...cluster, REDIS_URL: redis.url });
    expect(there.of('Redis')).toEqual([
      { state: 'ok', text: expect.stringMatching(/^Redis [\d.]+ at .* answers\.$/), mend: null },
    ]);
    await redis.dispose();
    const gone = await check({ ...cluster, REDIS_URL: redis.url.replace('//', '//:hidden@') });
    expect(gone.code).toBe(1);
    expect(gone.of('Redis')[0]).toMatchObject({
      state: 'problem',
      text: expect.stringContaining('ECONNREFUSED'),
      mend: expect.stringContaining('REDIS_URL'),
    });
    expect(gone.out).not.toContain('hidden');
  });

  test('drops data when it is full, or wants a password', { timeout }, async () => {
    const redis = await RedisServer.start(redisBinary ?? '');
    const client = new Redis(redis.url);
    await client.config('SET', 'maxmemory', '100mb');
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const dropping = await check({ ...cluster, REDIS_URL: redis.url });
    expect(dropping.of('Redis')[1]).toMatchObject({
      state: 'warning',
      mend: expect.stringContaining('noeviction'),
    });
    await client.config('SET', 'requirepass', 'secret');
    const closed = await check({ ...cluster, REDIS_URL: redis.url });
    expect(closed.of('Redis')[0]).toMatchObject({
      state: 'problem',
      text: expect.stringContaining('NOAUTH'),
    });
    client.disconnect();
    await redis.dispose();
  });
});

describe('the mail server', () => {
  test('takes mail, and is sent none', async () => {
    const mail = await MailServer.start();
    const { code, of } = await check({ SMTP_URL: mail.url });
    expect(code).toBe(0);
    expect(of('mail')[0]).toMatchObject({
      state: 'ok',
      text: expect.stringContaining('accepts mail'),
    });
    expect(mail.mails).toEqual([]);
    await mail.close();
  });

  test('is gone, or does not take these credentials', async () => {
    const gone = await check({ SMTP_URL: `smtp://127.0.0.1:${await deafPort()}` });
    expect(gone.code).toBe(1);
    expect(gone.of('mail')[0]).toMatchObject({
      state: 'problem',
      text: expect.stringContaining('does not accept mail'),
      mend: expect.stringContaining('SMTP_URL'),
    });
    const mail = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: ({ password }, _, callback) => callback(new Error(`${password} is no password`)),
    });
    mail.listen(0, '127.0.0.1');
    await once(mail.server, 'listening');
    const { port } = mail.server.address() as AddressInfo;
    const refused = await check({ SMTP_URL: `smtp://ann:hidden@127.0.0.1:${port}` });
    expect(refused.code).toBe(1);
    expect(refused.of('mail')[0]).toMatchObject({ state: 'problem' });
    expect(refused.out).not.toContain('hidden');
    mail.close();
  });

  test('is not set in production', async () => {
    const { code, of } = await check({ NODE_ENV: 'production', JWT_SECRET: 'x'.repeat(32) });
    expect(code).toBe(0);
    expect(of('mail')[0]).toMatchObject({ state: 'warning' });
  });
});

describe('what is optional', () => {
  test('is named with what it is for and how to get it, and is no failure', async () => {
    const { code, of, out } = await check({});
    expect(code).toBe(0);
    for (const [name, variable] of [
      ['TURN', 'TURN_SECRET'],
      ['mail', 'SMTP_URL'],
      ['metrics', 'METRICS_TOKEN'],
      ['traces', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
      ['webhooks', 'WEBHOOK_SECRET'],
      ['admin API', 'ADMIN_TOKEN'],
      ['own users', 'TRUSTED_ISSUERS'],
      ['several nodes', 'REDIS_URL'],
    ] as const) {
      expect(of(name), name).toEqual([
        { state: 'optional', text: expect.any(String), mend: expect.stringContaining(variable) },
      ]);
    }
    // In development, push messages are sent without being configured.
    expect(of('push')).toEqual([]);
    expect(out).toContain('No problem.');
  });

  test('is not named once it is configured; in production what most servers need is a warning', async () => {
    const production = { NODE_ENV: 'production', JWT_SECRET: 'x'.repeat(32) };
    const { code, of } = await check({ ...production, ADMIN_TOKEN: 'x'.repeat(32) });
    expect(code).toBe(0);
    expect(of('admin API')).toEqual([]);
    expect(of('push')[0]).toMatchObject({
      state: 'optional',
      mend: expect.stringContaining('PUSH_SUBJECT'),
    });
    expect(of('metrics')[0]).toMatchObject({ state: 'warning' });
    expect(of('TURN')[0]).toMatchObject({ state: 'warning' });
    const withToken = await check({ ...production, METRICS_TOKEN: 'x'.repeat(16) });
    expect(withToken.of('metrics')).toEqual([]);
  });
});

describe('STUN and TURN without a server', () => {
  test.each(['udp', 'tcp'])('nothing listens over %s', async (transport) => {
    const { code, of } = await check({
      TURN_URLS: `turn:127.0.0.1:${await deafPort()}?transport=${transport}`,
      TURN_SECRET: 'secret',
    });
    expect(code).toBe(1);
    expect(of('TURN')[0]).toMatchObject({
      state: 'problem',
      text: expect.stringContaining('does not listen there'),
      mend: expect.stringContaining('firewall'),
    });
  });

  test('something listens and says nothing, and something that is no TURN server', async () => {
    const silent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const talker = createServer((socket) => socket.end('220 mail.example.com\r\n'));
    talker.listen(0, '127.0.0.1');
    await once(talker, 'listening');
    const { code, of } = await check({
      STUN_URLS: `stun:127.0.0.1:${silent.address().port}`,
      TURN_URLS: `turn:127.0.0.1:${(talker.address() as AddressInfo).port}?transport=tcp`,
      TURN_SECRET: 'secret',
    });
    expect(code).toBe(1);
    expect(of('STUN')[0]?.text).toContain('does not answer within 5 s');
    expect(of('TURN')[0]).toMatchObject({ state: 'problem' });
    silent.close();
    talker.close();
  });

  test('a URL that is none, and a name that is not known', async () => {
    const { of } = await check({
      TURN_URLS: 'turn:a:b:c,turns:127.0.0.1?transport=udp,turn:turn.invalid',
      TURN_SECRET: 'secret',
    });
    expect(of('TURN').map(({ text }) => text)).toEqual([
      expect.stringContaining('cannot be understood'),
      expect.stringContaining('cannot be understood'),
      expect.stringContaining('has a name that is not known'),
    ]);
  });
});

describe.skipIf(!hasTurnServer())('a real TURN server', () => {
  let turn: TurnServer;
  beforeAll(async () => {
    turn = await TurnServer.start();
  });
  afterAll(() => turn?.close());

  test('relays with our credentials, and says who we are', async () => {
    const { code, of } = await check({
      STUN_URLS: turn.url.replace('turn:', 'stun:'),
      TURN_URLS: `${turn.url},${turn.url}?transport=udp`,
      TURN_SECRET: turn.secret,
    });
    expect(of('STUN')[0]).toMatchObject({
      state: 'ok',
      text: expect.stringMatching(/it sees us as 127\.0\.0\.1:\d+/),
    });
    const relays = { state: 'ok', text: expect.stringMatching(/relays from 127\.0\.0\.1:\d+/) };
    expect(of('TURN')).toMatchObject([relays, relays]);
    expect(code).toBe(0);
  });

  test('relays over TCP, in pieces of any size', async () => {
    // Between TCP and this server, which speaks UDP alone: what follows a message's header is as long as it says.
    const bridge = createServer((socket) => {
      const relay = createSocket('udp4');
      const turnPort = Number(turn.url.split(':')[2]);
      socket.on('data', (bytes) => relay.send(bytes, turnPort, '127.0.0.1'));
      relay.on('message', (bytes) => {
        socket.write(bytes.subarray(0, 7));
        socket.write(bytes.subarray(7));
      });
      socket.on('close', () => relay.close());
    }).listen(0, '127.0.0.1');
    await once(bridge, 'listening');
    const { port } = bridge.address() as AddressInfo;
    const { of } = await check({
      TURN_URLS: `turn:127.0.0.1:${port}?transport=tcp`,
      TURN_SECRET: turn.secret,
    });
    expect(of('TURN')[0]).toMatchObject({ state: 'ok', text: expect.stringContaining('relays') });
    bridge.close();
  });

  test('refuses another secret’s credentials', async () => {
    const { code, of } = await check({ TURN_URLS: turn.url, TURN_SECRET: 'another secret' });
    expect(code).toBe(1);
    expect(of('TURN')[0]).toMatchObject({
      state: 'problem',
      text: expect.stringContaining('refuses the credential'),
      mend: expect.stringContaining('static-auth-secret'),
    });
  });
});
