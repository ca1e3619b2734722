import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv, promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { limitTable } from '../src/config/limits.ts';
import { findOrSkip } from './kit/program.ts';

const DEPLOY = join(import.meta.dirname, '../deploy');
const run = promisify(execFile);
const read = (file: string) => readFile(file, 'utf8');

let folder: string;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'peerql-setup-')), 'one-machine');
  await cp(join(DEPLOY, 'one-machine'), folder, { recursive: true });
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

describe('the set-up of one machine', () => {
  const setUp = (...args: string[]) => run(join(folder, 'setup'), args);

  test('makes secrets that nobody else can read, and that coturn shares', async () => {
    await setUp('call.example.com', '203.0.113.7');
    const env = parseEnv(await read(join(folder, '.env')));
    expect(env).toMatchObject({ DOMAIN: 'call.example.com', BACKUPS_KEPT: '14' });
    expect(env.JWT_SECRET).toMatch(/^[0-9a-f]{64}$/);
    expect(env.TURN_SECRET).toMatch(/^[0-9a-f]{64}$/);
    expect(env.TURN_SECRET).not.toBe(env.JWT_SECRET);
    const relay = await read(join(folder, 'secrets/turnserver.conf'));
    expect(relay).toContain('\nrealm=call.example.com\n');
    expect(relay).toContain(`\nstatic-auth-secret=${env.TURN_SECRET}\n`);
    expect(relay).toContain('\nexternal-ip=203.0.113.7\n');
    expect(relay).not.toContain('@');
    expect((await stat(join(folder, '.env'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'secrets'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'backups'))).mode & 0o777).toBe(0o700);
  });

  test('keeps the secrets that are there', async () => {
    await setUp('call.example.com');
    const before = await read(join(folder, '.env'));
    await expect(setUp('other.example.com')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Nothing was changed'),
    });
    expect(await read(join(folder, '.env'))).toBe(before);
  });

  test.each([
    ['no name', []],
    ['a URL', ['https://call.example.com']],
    ['what sed would understand', ['a/w&b']],
    ['no address', ['call.example.com', 'a machine']],
  ])('refuses %s', async (_, args) => {
    await expect(setUp(...args)).rejects.toMatchObject({ code: 2 });
    await expect(stat(join(folder, '.env'))).rejects.toThrow('ENOENT');
  });
});

describe('a stopping server is waited for', () => {
  const shutdown = limitTable.find(({ variable }) => variable === 'SHUTDOWN_SECONDS');
  /** What the rest of a shutdown takes at most. */
  const needed = (shutdown?.fallback ?? Number.NaN) + 5;

  test.each([
    ['one-machine/compose.yaml', /stop_grace_period: (\d+)s/],
    ['../compose.yaml', /stop_grace_period: (\d+)s/],
    ['systemd/peerql.service', /TimeoutStopSec=(\d+)/],
  ])('by %s', async (file, pattern) => {
    const seconds = Number(pattern.exec(await read(join(DEPLOY, file)))?.[1]);
    expect(seconds).toBeGreaterThan(needed);
  });
});

describe('the units of systemd', () => {
  const how = 'No systemd-analyze: the units are not checked. Debian: apt-get install systemd.';
  const analyze = findOrSkip('SYSTEMD_ANALYZE_BINARY', ['systemd-analyze'], how);
  const unit = (name: string) => join(DEPLOY, 'systemd', name);

  test.skipIf(analyze === null)('are understood', async () => {
    const names = ['peerql.service', 'peerql-backup.service', 'peerql-backup.timer'];
    const { stdout, stderr } = await run(analyze ?? '', ['verify', ...names.map(unit)]);
    // It also looks at the machine's own units.
    const said = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('peerql'));
    expect(said).toEqual([]);
  });

  // Of 100 for a unit without any confinement. What is left is mostly the network and Node's compiler.
  test.skipIf(analyze === null).each([
    ['peerql.service', 15],
    ['peerql-backup.service', 10],
  ])('%s is confined', async (name, threshold) => {
    const args = ['security', '--offline=true', `--threshold=${threshold}`, unit(name)];
    await run(analyze ?? '', args);
  });
});
