import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { scrape } from '../kit/metrics.ts';
import { post } from '../kit/people.ts';
import { ensureBuilt } from '../kit/process.ts';
import { canMount, SmallDisk } from '../kit/small-disk.ts';
import { UNHURRIED } from '../kit/unhurried.ts';
import { until } from '../kit/waiting.ts';

beforeAll(ensureBuilt);

let folder: string;
let port = 20_000 + (process.pid % 20_000);
let url: string;
let children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerql-log-'));
  port += 1;
  url = `http://127.0.0.1:${port}`;
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const env = () => ({
  ...UNHURRIED,
  PATH: process.env.PATH ?? '',
  HOST: '127.0.0.1',
  PORT: String(port),
  DATA_DIR: folder,
  LOG_LEVEL: 'debug',
});

async function started(child: ChildProcess): Promise<ChildProcess> {
  children.push(child);
  await until(
    () =>
      fetch(`${url}/health`).then(
        () => true,
        () => false,
      ),
    'it to start',
    30_000,
  );
  return child;
}

/** More than a pipe and a small disk hold. */
async function talk(): Promise<void> {
  for (let i = 0; i < 1500; i += 50) {
    const answers = Array.from({ length: 50 }, () => post(`${url}/graphql`, '{ me { id } }'));
    for (const { status } of await Promise.all(answers)) expect(status).toBe(200);
  }
}

async function endsInOrder(child: ChildProcess, pid = child.pid): Promise<void> {
  const began = Date.now();
  const exit = once(child, 'exit');
  process.kill(pid ?? 0, 'SIGTERM');
  expect((await exit)[0]).toBe(0);
  expect(Date.now() - began).toBeLessThan(6000);
}

test.skipIf(!canMount())(
  'a full disk behind standard output and standard error costs no answer, and lines come again',
  async () => {
    const disk = SmallDisk.mount(1);
    try {
      const path = join(disk.path, 'log');
      const file = openSync(path, 'a');
      disk.fill();
      const main = [process.execPath, 'dist/main.js'] as const;
      const child = await started(
        spawn(main[0], [main[1]], { env: env(), stdio: ['ignore', file, file] }),
      );
      closeSync(file);
      await talk();
      const before = readFileSync(path, 'utf8').length;
      disk.free();
      await until(() => readFileSync(path, 'utf8').length > before + 1000, 'lines to come again');
      const lines = readFileSync(path, 'utf8').split('\n');
      expect(lines.filter((line) => line.includes('"operation":"me"')).length).toBeGreaterThan(
        1000,
      );
      await endsInOrder(child);
    } finally {
      disk.unmount();
    }
  },
  60_000,
);

test.skipIf(!canMount())(
  'a disk that stays full does not keep it from ending',
  async () => {
    const disk = SmallDisk.mount(1);
    try {
      const file = openSync(join(disk.path, 'log'), 'a');
      disk.fill();
      const child = await started(
        spawn(process.execPath, ['dist/main.js'], { env: env(), stdio: ['ignore', file, file] }),
      );
      closeSync(file);
      await talk();
      await endsInOrder(child);
    } finally {
      disk.unmount();
    }
  },
  60_000,
);

/** A server whose standard output is a pipe of the shell, to a reader that is given. */
async function piped(reader: string): Promise<ChildProcess> {
  const script = `set -o pipefail; { echo $BASHPID > "$0/pid"; exec "$1" dist/main.js; } | ${reader}`;
  return started(
    spawn('bash', ['-c', script, folder, process.execPath], { env: env(), stdio: 'ignore' }),
  );
}

const pidOfServer = () => Number(readFileSync(join(folder, 'pid'), 'utf8'));

test('a reader that has gone costs no answer, and what is dropped is counted', async () => {
  await piped('head -c 1 > /dev/null');
  await talk();
  const dropped = (await scrape(url)).value('peerql_log_lines_dropped_total') ?? 0;
  expect(dropped).toBeGreaterThan(1000);
  const pid = pidOfServer();
  process.kill(pid, 'SIGTERM');
  await until(() => !isThere(pid), 'it to end', 6000);
}, 60_000);

test('a reader that stands still costs no answer and does not keep it from ending', async () => {
  await piped('sleep 60');
  await talk();
  const pid = pidOfServer();
  process.kill(pid, 'SIGTERM');
  await until(() => !isThere(pid), 'it to end', 6000);
}, 60_000);

test('standard output that is closed costs no answer', async () => {
  const script = 'exec "$0" dist/main.js >&- 2>&-';
  const child = await started(
    spawn('bash', ['-c', script, process.execPath], { env: env(), stdio: 'ignore' }),
  );
  await talk();
  await endsInOrder(child);
}, 60_000);

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
