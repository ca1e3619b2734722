import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe } from 'vitest';
import { devServerSuite } from '../kit/dev-server-suite.ts';
import { ExampleProgram } from '../kit/example-program.ts';
import { freePort } from '../kit/free-port.ts';
import { OUTSIDE } from '../kit/packed.ts';

const FIXTURE = join(import.meta.dirname, '../fixtures/next');
const QUIET = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];

let folder: string;
let port: number;

/** Next's own program. */
const next = () => join(folder, 'node_modules/next/dist/bin/next');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerql-next-'));
  const filter = (path: string) => !/node_modules|\.next$/.test(path);
  await cp(FIXTURE, folder, { recursive: true, filter });
  // Next reads where the rewrites lead when it builds.
  port = await freePort();
  await promisify(execFile)('npm', ['ci', ...QUIET], { cwd: folder, env: OUTSIDE });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(['dev', 'start'])('behind the rewrites of `next %s`', (command) => {
  let program: ExampleProgram;
  let url: string;

  beforeAll(async () => {
    const env = {
      NEXT_TELEMETRY_DISABLED: '1',
      NODE_ENV: command === 'dev' ? 'development' : 'production',
      PEERQL_URL: `http://127.0.0.1:${port}`,
    };
    if (command === 'start') {
      const options = { cwd: folder, env: { ...OUTSIDE, ...env } };
      await promisify(execFile)(process.execPath, [next(), 'build'], options).catch((error) => {
        throw new Error(`${error.stdout}${error.stderr}`);
      });
    }
    program = new ExampleProgram(folder, [next(), command, '--port', '0'], env);
    url = await program.up();
  });
  afterAll(() => program?.stop());

  devServerSuite(
    async () => ({ url, close: async () => {} }),
    () => ({ TRUST_PROXY: 'loopback' }),
    () => port,
  );
});
