import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { peerql } from '../kit/command.ts';

const COMMANDS = ['start', 'check', 'migrate', 'user', 'import', 'backup', 'restore'];

test('--help lists every command, and each has a page of its own', async () => {
  const { code, out } = await peerql(['--help']);
  expect(code).toBe(0);
  for (const command of COMMANDS) {
    expect(out).toMatch(new RegExp(`^ {2}peerql ${command} .*\\S`, 'm'));
    for (const args of [
      [command, '--help'],
      ['help', command],
    ]) {
      const page = await peerql(args);
      expect(page).toMatchObject({ code: 0, err: '' });
      expect(page.out).toMatch(new RegExp(`^Usage: peerql ${command}`));
      expect(page.out).toContain('Exit code: 0');
      for (const line of page.out.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
    }
  }
});

test('--version is that of the package', async () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  expect(await peerql(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

describe('what is not understood is said on one line that leads to help, with exit code 2', () => {
  test.each([
    ['serve'],
    ['--port'],
    ['toString'],
    ['help', 'serve'],
    ['start', 'now'],
    ['check', '--fast'],
    ['migrate', 'up'],
    ['user'],
    ['user', 'delete', 'ann@example.com'],
    ['user', 'list', 'ann@example.com'],
    ['user', 'disable'],
    ['import'],
    ['import', 'users'],
    ['backup'],
    ['backup', 'a', 'b'],
    ['restore'],
  ])('peerql %s %s %s', async (...args) => {
    const given = args.filter((arg) => arg !== undefined);
    const { code, out, err } = await peerql(given);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toMatch(/See peerql .*--help\.$/m);
  });
});

test.each(COMMANDS)('%s says what is wrong with the configuration', async (command) => {
  const args: Readonly<Record<string, string[]>> = {
    user: ['list'],
    import: ['users', 'f'],
    backup: ['f'],
    restore: ['f'],
  };
  const env = { PORT: 'http', DATA_DIR: '/nonexistent' };
  const { code, out, err } = await peerql([command, ...(args[command] ?? [])], env);
  expect(code).toBe(1);
  expect(out + err).toContain('PORT must be a whole number from 0 to 65535');
});
