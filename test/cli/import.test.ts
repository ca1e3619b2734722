import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { Terminal } from '../../src/cli/terminal.ts';
import { peerql } from '../kit/command.ts';
import { importSuite } from '../kit/import-suite.ts';
import { startServer } from '../kit/server.ts';

describe('import into the embedded store', () => {
  importSuite(async () => {
    const server = await startServer();
    return { server, env: { DATA_DIR: server.dataDir } };
  });
});

test.each([
  [[]],
  [['rooms', 'file']],
  [['users']],
  [['users', 'file', 'another']],
  [['users', '--mongo', 'mongodb://127.0.0.1/shop']],
  [['users', 'file', '--collection', 'users']],
  [['users', 'file', '--field', 'age=years']],
  [['users', 'file', '--field', 'name']],
  [['users', 'file', '--scrypt', '1000,8,1']],
  [['users', 'file', '--scrypt', '16384']],
])('peerql import %j is not understood', async (args) => {
  const { code, err } = await peerql(['import', ...args]);
  expect({ code, err }).toEqual({
    code: 2,
    err: expect.stringMatching(/See peerql import --help\.\n$/),
  });
});

test('a file that is not there, and a MongoDB that is not there, are told in one sentence without credentials', async () => {
  const server = await startServer();
  const env = { DATA_DIR: server.dataDir };
  const none = join(server.dataDir, 'none.ndjson');
  expect(await peerql(['import', 'users', none], env)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^peerql import: ENOENT: no such file/),
  });
  const uri = 'mongodb://ann:geheim@127.0.0.1:1/shop?serverSelectionTimeoutMS=200';
  const { code, err } = await peerql(
    ['import', 'users', '--mongo', uri, '--collection', 'users'],
    env,
  );
  expect(code).toBe(1);
  expect(err).toMatch(/^peerql import: Cannot open MongoDB: .*\n$/);
  expect(err).not.toContain('geheim');
  await server.close();
});

test('a terminal shows how far it has come, in one line that changes', async () => {
  const server = await startServer();
  const file = join(server.dataDir, 'many.ndjson');
  const hash = `$2b$10$${'a'.repeat(53)}`;
  const rows = Array.from({ length: 100 }, (_, id) =>
    JSON.stringify({ id, name: 'Many', email: `many${id}@example.com`, password: hash }),
  );
  await writeFile(file, rows.join('\n'));
  const [stdout, stderr] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY: true })];
  const terminal = new Terminal({ env: { DATA_DIR: server.dataDir }, stdout, stderr });
  expect(await run(['import', 'users', file], terminal)).toBe(0);
  expect(String(stderr.read())).toContain('\r\u001b[KImporting: imported 50, ');
  expect(String(stdout.read())).toBe('imported 100, updated 0, there already 0, refused 0.\n');
  await server.close();
});
