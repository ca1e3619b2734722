import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { constants, networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { MeDocument, RoomDocument } from '../../src/client/generated/graphql.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, post, register } from '../kit/people.ts';
import { ensureBuilt, ServerProcess } from '../kit/process.ts';
import { startServer } from '../kit/server.ts';

const started: ServerProcess[] = [];
const folders: string[] = [];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'peerql-start-'));
  folders.push(made);
  return made;
}

function start(env: Record<string, string>): ServerProcess {
  const server = new ServerProcess(env);
  started.push(server);
  return server;
}

beforeAll(ensureBuilt);

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop('SIGKILL')));
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

test('says on one line where everything is, and keeps the data across restarts', async () => {
  const dataDir = folder();
  const server = start({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
  const url = await server.up();
  expect(server.stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/Call page: \S+ {2}GraphiQL and API: \S+\/graphql {2}Data: .+/),
  ]);
  expect(server.stdout).toContain(dataDir);
  const ann = await register(`${url}/graphql`);
  const room = await createRoom(`${url}/graphql`, ann, { name: 'Tea' });
  expect(await server.stop()).toBe(0);

  const again = start({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
  const urlAgain = await again.up();
  // The account, the room, the session and the secret that signed its token are all still there.
  const me = await post(`${urlAgain}/graphql`, MeDocument, {}, ann.headers);
  expect(me.data?.me?.name).toBe('Ann');
  const found = await post(`${urlAgain}/graphql`, RoomDocument, { id: room.id }, ann.headers);
  expect(found.data?.room?.name).toBe('Tea');
});

test('in production it logs lines of JSON, without a secret or a token in them', async () => {
  const secret = 'a secret of thirty-two bytes or so';
  const env = { NODE_ENV: 'production', JWT_SECRET: secret, DATA_DIR: folder() };
  const server = start({ ...env, LOG_LEVEL: 'trace' });
  const url = await server.up();
  const ann = await register(`${url}/graphql`);
  expect(await server.stop()).toBe(0);
  const lines = server.stdout.trim().split('\n');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'PeerQL is up', url });
  for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  for (const hidden of [secret, ann.token, ann.password]) {
    expect(server.stdout + server.stderr).not.toContain(hidden);
  }
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'SHUTDOWN_SECONDS: on %s it closes its sockets with 1012 and exits with 0',
  async (signal) => {
    const server = start({ DATA_DIR: folder(), LOG_LEVEL: 'silent', SHUTDOWN_SECONDS: '1' });
    const url = await server.up();
    const ann = await register(`${url}/graphql`);
    const room = await createRoom(`${url}/graphql`, ann);
    const guest = new Participant(`${url.replace('http', 'ws')}/graphql`, ann);
    await guest.join({ roomId: room.id });
    const began = Date.now();
    const exit = server.stop(signal);
    expect(await guest.closed()).toBe(1012);
    expect(await exit).toBe(0);
    expect(Date.now() - began).toBeLessThan(5000);
    await guest.dispose();
  },
);

describe('what stops a start is one clear sentence, and exit code 1', () => {
  async function refused(env: Record<string, string>): Promise<string> {
    const server = start({ LOG_LEVEL: 'silent', ...env });
    expect(await server.exit()).toBe(1);
    expect(server.stderr.trim().split('\n')).toHaveLength(1);
    expect(server.stderr).not.toMatch(/\.js:\d+|node:internal|\n\s+at /);
    expect(server.stdout).toBe('');
    return server.stderr.trim();
  }

  test('a busy port', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const { port } = holder.address() as AddressInfo;
    expect(await refused({ PORT: String(port), DATA_DIR: folder() })).toBe(
      `PeerQL cannot start. Cannot listen on 127.0.0.1:${port}: another program uses it. Set PORT to a free port.`,
    );
    holder.close();
  });

  test('a data folder that cannot be made', async () => {
    // A file stands where the folder would be; a mode would not stop whoever is root.
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    const sentence = await refused({ DATA_DIR: join(file, 'data') });
    expect(sentence).toMatch(/^PeerQL cannot start\. /);
    expect(sentence).toContain(join(file, 'data'));
    expect(sentence).toContain('DATA_DIR');
  });

  test('a data folder where the system lets none be made', async (context) => {
    if (!existsSync('/proc/self')) context.skip();
    const sentence = await refused({ DATA_DIR: '/proc/peerql/data' });
    expect(sentence).toMatch(/^PeerQL cannot start\. .*\/proc\/peerql.*DATA_DIR/);
  });

  test('a wrong variable', async () => {
    const sentence = await refused({ PORT: 'http', GRACE_SECONDS: '-1', DATA_DIR: folder() });
    expect(sentence).toContain('PORT must be a whole number from 0 to 65535');
    expect(sentence).toContain('GRACE_SECONDS must be a whole number');
  });

  test('production without JWT_SECRET', async () => {
    const sentence = await refused({ NODE_ENV: 'production', DATA_DIR: folder() });
    expect(sentence).toContain('JWT_SECRET must have 32 bytes or more in production');
  });

  test('a MongoDB that does not answer is not waited for in silence', async () => {
    const sentence = await refused({
      MONGO_URI: 'mongodb://user:hidden@127.0.0.1:1/peerql?serverSelectionTimeoutMS=500',
      DATA_DIR: folder(),
    });
    expect(sentence).toMatch(/MongoDB|MONGO_URI/);
    expect(sentence).not.toContain('hidden');
  });
});

test('an IPv6 address stands in brackets in its URL', async (context) => {
  if (networkInterfaces().lo?.every(({ family }) => family === 'IPv4') !== false) {
    console.warn('\n*** SKIPPED: an IPv6 address: this machine has no IPv6 loopback. ***\n');
    context.skip();
  }
  const { url, close } = await startServer({ env: { HOST: '::1' } });
  expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  await close();
});

test.each([
  ['SIGTERM', 'SIGINT'],
  ['SIGHUP', 'SIGTERM'],
] as const)(
  'a second signal ends it at once: %s, %s',
  async (first, second) => {
    const server = start({ DATA_DIR: folder(), LOG_LEVEL: 'silent' });
    const url = await server.up();
    const ann = await register(`${url}/graphql`);
    const room = await createRoom(`${url}/graphql`, ann);
    const guest = new Participant(`${url.replace('http', 'ws')}/graphql`, ann);
    await guest.join({ roomId: room.id });
    // Two of one kind that come together may be one.
    server.child.kill(first);
    const codes = [first, second].map((signal) => 128 + constants.signals[signal]);
    expect(codes).toContain(await server.stop(second));
    await guest.dispose();
  },
  60_000,
);

describe('a signal while it starts ends the start', () => {
  /** Takes connections and answers nothing, as a database that hangs does. */
  async function silentPort(): Promise<{ port: number; asked: Promise<unknown>; close(): void }> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const asked = new Promise((resolve) => server.once('connection', resolve));
    return { port: (server.address() as AddressInfo).port, asked, close: () => server.close() };
  }

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s', async (signal) => {
    const database = await silentPort();
    const server = start({
      DATA_DIR: folder(),
      LOG_LEVEL: 'silent',
      MONGO_URI: `mongodb://127.0.0.1:${database.port}/peerql`,
    });
    await database.asked;
    const began = Date.now();
    expect(await server.stop(signal)).toBe(0);
    expect(Date.now() - began).toBeLessThan(3000);
    database.close();
  });

  test('as process 1 of a container', async (context) => {
    const database = await silentPort();
    const env = {
      PATH: process.env.PATH ?? '',
      DATA_DIR: folder(),
      PORT: '0',
      MONGO_URI: `mongodb://127.0.0.1:${database.port}/peerql`,
    };
    const args = ['--pid', '--fork', '--kill-child', process.execPath, 'dist/main.js'];
    const child = spawn('unshare', args, { env, stdio: 'ignore' });
    const ended = once(child, 'exit');
    const first = await Promise.race([
      database.asked.then(() => 'asked'),
      ended.then(() => 'ended'),
    ]);
    if (first === 'ended') {
      console.warn('\n*** SKIPPED: process 1: this user may not make a namespace. ***\n');
      if (process.env.CI) throw new Error('CI may make namespaces.');
      context.skip();
    }
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
    process.kill(Number(children.trim()), 'SIGTERM');
    expect((await ended)[0]).toBe(0);
    database.close();
  });
});
