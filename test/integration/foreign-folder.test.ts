import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { peerql } from '../kit/command.ts';
import { ensureBuilt, ServerProcess } from '../kit/process.ts';
import { startServer } from '../kit/server.ts';
import { canMount, SmallDisk } from '../kit/small-disk.ts';

/** Somebody without an account of their own, on every Linux. */
const NOBODY = 65_534;
const mayMount = canMount();
/** Root may write everywhere; only root can run something as somebody else. */
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('SKIPPED: the tests of a folder of somebody else need root.');

let folder: string;
/** A data folder that was used by a server before. */
let used: string;

beforeAll(async () => {
  ensureBuilt();
  folder = mkdtempSync(join(tmpdir(), 'peerql-foreign-'));
  chmodSync(folder, 0o755);
  used = join(folder, 'used');
  mkdirSync(used);
  await (await startServer({ dataDir: used })).stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let copies = 0;
function place(from: string | null): string {
  copies += 1;
  const to = join(folder, `data ${copies}`);
  if (from === null) mkdirSync(to);
  else cpSync(from, to, { recursive: true });
  return to;
}

/** What the start says; it has to fail at once, with one sentence and what to do. */
async function refusal(dataDir: string, user?: number): Promise<string> {
  const server = new ServerProcess({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' }, user);
  expect(await server.exit()).toBe(1);
  const lines = server.stderr.trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^PeerQL cannot start\. /);
  expect(lines[0]).toContain(dataDir);
  return lines[0] ?? '';
}

async function checked(dataDir: string): Promise<string> {
  const { out } = await peerql(['check'], { DATA_DIR: dataDir, PORT: '0', STUN_URLS: ',' });
  return out.split('\n').find((line) => line.includes(' store ')) ?? '';
}

test.skipIf(!mayMount).each([true, false])(
  'a data folder on a read-only file system is said at the start and by the check; used before: %s',
  async (isUsed) => {
    const dataDir = place(isUsed ? used : null);
    execFileSync('mount', ['--bind', dataDir, dataDir]);
    try {
      execFileSync('mount', ['-o', 'remount,bind,ro', dataDir]);
      const said = await refusal(dataDir);
      expect(said).toContain('the file system is read-only. Mount it writable, or set DATA_DIR');
      expect(await checked(dataDir)).toMatch(/^problem .*the file system is read-only/);
    } finally {
      execFileSync('umount', ['-l', dataDir]);
    }
  },
  30_000,
);

test.skipIf(!mayMount).each([true, false])(
  'a data folder on a full disk is said at the start and by the check; used before: %s',
  async (isUsed) => {
    const disk = SmallDisk.mount(8);
    try {
      if (isUsed) cpSync(used, disk.path, { recursive: true });
      disk.fill();
      const said = await refusal(disk.path);
      expect(said).toContain('the disk is full. Free some space, or set DATA_DIR');
      const { out } = await peerql(['check'], { DATA_DIR: disk.path, PORT: '0', STUN_URLS: ',' });
      expect(out).toMatch(/^problem +store .*full/m);
    } finally {
      disk.unmount();
    }
  },
  30_000,
);

test.skipIf(!isRoot).each([
  ['that is empty', () => place(null)],
  ['that was used by its owner', () => place(used)],
  ['that is not there yet', () => join(place(null), 'data')],
])(
  'a data folder of somebody else %s names both users',
  async (_, make) => {
    const said = await refusal(make(), NOBODY);
    expect(said).toContain(`belongs to user 0, and this server runs as user ${NOBODY}`);
    expect(said).toContain(`chown -R ${NOBODY}`);
  },
  30_000,
);

test.skipIf(!isRoot)(
  'one’s own data folder without the right to write there',
  async () => {
    const dataDir = place(used);
    for (const path of [dataDir, ...readdirSync(dataDir).map((name) => join(dataDir, name))]) {
      chownSync(path, NOBODY, NOBODY);
    }
    chmodSync(dataDir, 0o500);
    const said = await refusal(dataDir, NOBODY);
    expect(said).toContain('this process may not write there. Change its permissions');
  },
  30_000,
);
