import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { KeptLog } from '../kit/log.ts';
import { register } from '../kit/people.ts';
import { ensureBuilt, ServerProcess } from '../kit/process.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { canMountImages, ImageDisk } from '../kit/small-disk.ts';
import { startTalk } from '../kit/talk.ts';
import { until } from '../kit/waiting.ts';

const VISIBLE_WITHIN_MS = 10_000;
/** How many people try to register while nothing can be written. */
const ATTEMPTS = 40;
/** How many lines the log may have of that, however many try. */
const LINES = 10;

const hasImages = canMountImages();

beforeAll(ensureBuilt);

/** Waits until readiness gives this reason for the store; null: until the server is ready. */
async function untilReadiness(url: string, reason: string | null): Promise<void> {
  let told = '';
  const wanted = reason === null ? '"ready"' : `The store does not answer: ${reason}.`;
  await until(
    async () => {
      told = await (await fetch(`${url}/health/ready`)).text();
      return told.includes(wanted);
    },
    () => `readiness to say ${wanted}; it says ${told}`,
    VISIBLE_WITHIN_MS,
  );
}

async function tryToRegister(url: string): Promise<void> {
  await expect(register(url)).rejects.toThrow('UNAVAILABLE');
}

async function withDisk(
  work: (disk: ImageDisk, server: TestServer, log: KeptLog) => Promise<void>,
): Promise<void> {
  const disk = ImageDisk.mount();
  try {
    const log = new KeptLog();
    const server = await startServer({ dataDir: disk.path, overrides: { log } });
    await work(disk, server, log);
    await server.stop();
  } finally {
    disk.unmount();
  }
}

const troubles = ({ lines }: KeptLog) =>
  lines.filter(({ level }) => level === 'warn' || level === 'error');

test.skipIf(!hasImages)(
  'a disk that has become read-only: calls go on, readiness says it, and the log stays short',
  () =>
    withDisk(async (disk, { url, graphqlUrl, socketUrl }, log) => {
      const stop = await startTalk({ graphqlUrl, socketUrl });
      disk.fail();
      await untilReadiness(url, 'the file system is read-only');
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) await tryToRegister(graphqlUrl);
      await stop();
      expect(troubles(log).map(({ message }) => message)).toContain('The store does not answer');
      expect(troubles(log).length).toBeLessThan(LINES);
    }),
  60_000,
);

test('a process that may write no more, by its limit: readiness says it, and it heals without a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'peerql-limited-'));
  const server = new ServerProcess({ DATA_DIR: folder, LOG_LEVEL: 'silent' });
  const limit = (bytes: string) =>
    execFileSync('prlimit', ['--pid', String(server.child.pid), `--fsize=${bytes}:unlimited`]);
  try {
    const url = await server.up();
    const stop = await startTalk({
      graphqlUrl: `${url}/graphql`,
      socketUrl: `${url.replace('http', 'ws')}/graphql`,
    });
    limit('0');
    await untilReadiness(url, 'this process may not write files of this size');
    await tryToRegister(`${url}/graphql`);
    limit('unlimited');
    await untilReadiness(url, null);
    await register(`${url}/graphql`);
    await stop();
    expect(await server.stop()).toBe(0);
  } finally {
    await server.stop('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}, 60_000);
