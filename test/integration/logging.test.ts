import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { LoginDocument } from '../../src/client/generated/graphql.ts';
import { KeptLog } from '../kit/log.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, post, register } from '../kit/people.ts';
import { ensureBuilt, ServerProcess } from '../kit/process.ts';
import { startServer } from '../kit/server.ts';
import { UNHURRIED } from '../kit/unhurried.ts';
import { until } from '../kit/waiting.ts';

beforeAll(ensureBuilt);

test('one line for each operation that matters: what, how, how long, and who by names that tell nobody', async () => {
  const log = new KeptLog();
  const server = await startServer({ overrides: { log } });
  const ann = await register(server.graphqlUrl, 'Ann');
  const input = { email: ann.email, password: 'not her password', delivery: 'BEARER' } as const;
  const refused = await post(server.graphqlUrl, LoginDocument, { input });
  const { id: roomId } = await createRoom(server.graphqlUrl, ann);
  const host = new Participant(server.socketUrl, ann);
  await host.join({ roomId, clientKey: 'ann' });
  await host.offer(roomId, 'nobody', 'v=0 the sdp');
  host.unsubscribe();
  await until(
    () => log.lines.some(({ message }) => message.startsWith('Left')),
    'a line of leaving',
  );
  await host.dispose();
  await server.close();

  const lines = log.lines.filter(({ fields }) => 'operation' in fields);
  const lineOf = (operation: string) =>
    lines.filter(({ fields }) => fields.operation === operation);
  expect(lineOf('register')).toEqual([
    {
      level: 'info',
      message: 'Done',
      fields: {
        operation: 'register',
        result: 'Success',
        ms: expect.any(Number),
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        client: expect.stringMatching(/^[\w-]{12}$/),
      },
    },
  ]);
  const [login] = lineOf('login');
  expect(login).toMatchObject({ level: 'info', message: 'Refused' });
  expect(login?.fields).toMatchObject({
    result: 'BadCredentialsError',
    requestId: refused.headers.get('x-request-id'),
  });
  const [created] = lineOf('createRoom');
  const entered = log.lines.find(({ message }) => message === 'Entered a room');
  expect(entered?.level).toBe('debug');
  // The same person and session in both, under the same names.
  expect(created?.fields.user).toMatch(/^[\w-]{12}$/);
  expect(entered?.fields.user).toBe(created?.fields.user);
  expect(entered?.fields.session).toBe(created?.fields.session);
  expect(lineOf('sendOffer')).toEqual([]);
  // Where mail is written to the log, in development, its line holds the address and the link.
  const others = log.lines.filter(({ fields }) => !('to' in fields));
  for (const secret of [
    ann.email,
    ann.password,
    ann.token,
    ann.accountId,
    roomId,
    'the sdp',
    '127.0.0.1',
  ]) {
    expect(JSON.stringify(others)).not.toContain(secret);
  }
});

test('SIGUSR2 turns debug lines on and off again while the server runs', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'peerql-logging-'));
  const server = new ServerProcess({
    DATA_DIR: dataDir,
    NODE_ENV: 'production',
    JWT_SECRET: 'x'.repeat(32),
  });
  try {
    const url = `${await server.up()}/graphql`;
    const debugLines = () => server.stdout.split('\n').filter((line) => /"level":20,/.test(line));
    const signalled = async (level: string) => {
      server.child.kill('SIGUSR2');
      const told = `The log level is now ${level}`;
      const count = () => server.stdout.split(told).length;
      const before = count();
      await until(() => count() > before, `the level to be ${level}`);
    };
    await post(url, '{ me { id } }');
    expect(debugLines()).toEqual([]);
    await signalled('debug');
    await post(url, '{ me { id } }');
    await until(
      () => debugLines().some((line) => line.includes('"operation":"me"')),
      'a debug line',
    );
    await signalled('info');
    const before = debugLines().length;
    await post(url, '{ me { id } }');
    expect(await server.stop()).toBe(0);
    expect(debugLines().length).toBe(before);
  } finally {
    await server.stop('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 60_000);

test('a reader of the log that stands still holds nobody up, and gets every line once it goes on', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'peerql-logging-'));
  const server = new ServerProcess({ ...UNHURRIED, DATA_DIR: dataDir, LOG_LEVEL: 'debug' });
  const asked = 4000;
  try {
    const url = `${await server.up()}/graphql`;
    server.child.stdout?.pause();
    // A megabyte of lines, several times what a pipe holds.
    for (let i = 0; i < asked; i += 50) {
      const answers = Array.from({ length: 50 }, () => post(url, '{ me { id } }'));
      for (const { status } of await Promise.all(answers)) expect(status).toBe(200);
    }
    server.child.stdout?.resume();
    expect(await server.stop()).toBe(0);
    const lines = server.stdout.split('\n').filter((line) => line.includes('"operation":"me"'));
    expect(lines).toHaveLength(asked);
  } finally {
    await server.stop('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 60_000);

test('a reader of the log that never goes on does not keep the server from stopping', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'peerql-logging-'));
  const server = new ServerProcess({ ...UNHURRIED, DATA_DIR: dataDir, LOG_LEVEL: 'debug' });
  try {
    const url = `${await server.up()}/graphql`;
    server.child.stdout?.pause();
    for (let i = 0; i < 2000; i += 50) {
      await Promise.all(Array.from({ length: 50 }, () => post(url, '{ me { id } }')));
    }
    const exit = once(server.child, 'exit');
    server.child.kill('SIGTERM');
    expect((await exit)[0]).toBe(0);
  } finally {
    server.child.stdout?.resume();
    await server.stop('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 60_000);

test.each([
  { lines: 15_000, kept: 15_000 },
  { lines: 20_000, kept: 16_384 },
])('of $lines lines of a kilobyte that nobody has read yet, $kept are kept', async (given) => {
  const log = fileURLToPath(new URL('../../dist/observability/process-log.js', import.meta.url));
  const script = `
    const { openLog } = await import(${JSON.stringify(log)});
    const log = await openLog({ logLevel: 'info', production: true });
    log.info({}, '');
    const frame = JSON.stringify({ level: 30, time: Date.now(), fill: '', msg: '' }).length + 1;
    for (let i = 0; i < ${given.lines}; i += 1) log.info({ fill: 'x'.repeat(1024 - frame) }, '');`;
  const args = ['--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 });
  const written = stdout.split('\n').filter((line) => line.includes('"fill"'));
  for (const line of written) expect(JSON.parse(line).level).toBe(30);
  expect(written.length).toBeGreaterThanOrEqual(given.kept - 1);
  expect(written.length).toBeLessThanOrEqual(given.kept);
});
