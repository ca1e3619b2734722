import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { peerql } from '../kit/command.ts';
import { KeptLog } from '../kit/log.ts';
import { findMongod, Mongod } from '../kit/mongod.ts';
import { register } from '../kit/people.ts';
import { ensureBuilt, ServerProcess } from '../kit/process.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

beforeAll(ensureBuilt);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerql-owner-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const REFUSED = /^PeerQL cannot start\. Another server uses the data folder .*DATA_DIR/;

test('a second server on one data folder is refused, whichever process it is in', async () => {
  const first = new ServerProcess({ DATA_DIR: folder, LOG_LEVEL: 'silent' });
  await first.up();
  const second = new ServerProcess({ DATA_DIR: folder, LOG_LEVEL: 'silent' });
  expect(await second.exit()).toBe(1);
  expect(second.stderr).toMatch(REFUSED);
  await expect(startServer({ dataDir: folder })).rejects.toThrow('Another server uses');
  // What only looks, or works beside a server, still may.
  const { out } = await peerql(['check'], { DATA_DIR: folder, PORT: '0', STUN_URLS: ',' });
  expect(out).toMatch(/^ok +store/m);
  expect(await first.stop()).toBe(0);
  const third = new ServerProcess({ DATA_DIR: folder, LOG_LEVEL: 'silent' });
  await third.up();
  await third.stop();
}, 60_000);

test('a server that was killed leaves nothing that keeps the next one out', async () => {
  const first = new ServerProcess({ DATA_DIR: folder, LOG_LEVEL: 'silent' });
  await first.up();
  await first.stop('SIGKILL');
  const second = new ServerProcess({ DATA_DIR: folder, LOG_LEVEL: 'silent' });
  await second.up();
  await second.stop();
}, 60_000);

test('a second one in the same process is refused, and let in once the first has closed', async () => {
  const first = await startServer({ dataDir: folder });
  await expect(startServer({ dataDir: folder })).rejects.toThrow('Another server uses');
  await register(first.graphqlUrl, 'Ann');
  await first.stop();
  const second = await startServer({ dataDir: folder });
  await second.stop();
});

const binary = findMongod();

test.skipIf(binary === null)(
  'two servers without Redis on one MongoDB are told of each other',
  async () => {
    const mongod = await Mongod.start(binary ?? '');
    const env = { MONGO_URI: mongod.uri('counted') };
    const logs = [new KeptLog(), new KeptLog()] as const;
    const told = (log: KeptLog) =>
      log.lines.filter(({ level, message }) => {
        return level === 'warn' && message.startsWith('Another server without REDIS_URL');
      }).length;
    const first = await startServer({ env, overrides: { log: logs[0] } });
    expect(told(logs[0])).toBe(0);
    const second = await startServer({ env, overrides: { log: logs[1] } });
    // Who comes second hears of it at once, the other one within a beat.
    expect(told(logs[1])).toBe(1);
    await until(() => told(logs[0]) === 1, 'the first to be told', 15_000);
    await second.close();
    const third = await startServer({ env, overrides: { log: logs[1] } });
    await third.close();
    await first.close();
    const alone = new KeptLog();
    const last = await startServer({ env, overrides: { log: alone } });
    expect(told(alone)).toBe(0);
    await last.close();
    await mongod.dispose();
  },
  60_000,
);
