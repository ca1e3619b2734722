import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { createApp } from '../../src/server/app.ts';
import { CleanUp } from '../../src/server/clean-up.ts';
import { until } from '../kit/waiting.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerql-failed-start-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What keeps the process busy: sockets, servers, timers, requests. Counted, since Node names the kinds alone. */
function handles(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  // The test runner's own timers come and go.
  delete counts.Timeout;
  delete counts.Immediate;
  return counts;
}

async function failingStart(env: Record<string, string>): Promise<string> {
  const config = readConfig({
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'silent',
    DATA_DIR: join(folder, 'data'),
    // So that as much as there is gets opened.
    SMTP_URL: 'smtp://127.0.0.1:1',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    WEBHOOK_URLS: 'http://127.0.0.1:65535/hooks',
    WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
    ...env,
  });
  try {
    const app = await createApp(config);
    await app.close();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'started';
}

const STEPS: readonly (readonly [
  step: string,
  env: () => Promise<Record<string, string>>,
  says: RegExp,
])[] = [
  [
    'the secret cannot be read',
    async () => {
      await writeFile(join(folder, 'file'), '');
      return { DATA_DIR: join(folder, 'file') };
    },
    /file/,
  ],
  [
    'the embedded store cannot be opened',
    async () => {
      await writeFile(join(folder, 'peerql.sqlite'), 'no database at all, '.repeat(100));
      return { DATA_DIR: folder, JWT_SECRET: 'x'.repeat(32) };
    },
    /./,
  ],
  [
    'MongoDB does not answer',
    async () => ({
      MONGO_URI: 'mongodb://127.0.0.1:1/peerql?serverSelectionTimeoutMS=200',
      JWT_SECRET: 'x'.repeat(32),
    }),
    /MongoDB|127\.0\.0\.1/,
  ],
  [
    'the list of operations cannot be read',
    async () => ({ PERSISTED_OPERATIONS: join(folder, 'missing.json') }),
    /missing\.json/,
  ],
  ['the port is taken', async () => ({ PORT: String(await takenPort()) }), /another program/],
];

let closeTaken: (() => Promise<void>) | null = null;
afterEach(async () => {
  await closeTaken?.();
  closeTaken = null;
});

async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  closeTaken = () => new Promise((resolve) => server.close(() => resolve()));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It has no port.');
  return address.port;
}

test.each(STEPS)('a start lets go of what it opened where %s', async (_step, env, says) => {
  const given = await env();
  const before = handles();
  const message = await failingStart(given);
  expect(message).toMatch(says);
  const isLeft = () => Object.entries(handles()).some(([kind, n]) => n > (before[kind] ?? 0));
  const what = () => `the handles of before: ${JSON.stringify({ before, now: handles() })}`;
  await until(() => !isLeft(), what, 5000);
});

test('whatever was opened is let go of, the newest first, also where one of them fails', async () => {
  const cleanUp = new CleanUp();
  const order: string[] = [];
  for (const name of ['first', 'second', 'third']) {
    cleanUp.add(async () => {
      order.push(name);
      if (name === 'second') throw new Error('The second one fails.');
    });
  }
  await expect(cleanUp.run()).rejects.toThrow('The second one fails.');
  expect(order).toEqual(['third', 'second', 'first']);
  await cleanUp.run();
  expect(order).toHaveLength(3);
});
