import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { LoginDocument } from '../../src/client/generated/graphql.ts';
import { KeptLog } from '../kit/log.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, post, register } from '../kit/people.ts';
import { ensureBuilt, ServerProcess } from '../kit/process.ts';
import { startServer } from '../kit/server.ts';
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
      const told = `Lines are written from ${level} on`;
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
