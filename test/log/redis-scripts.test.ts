import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { scripts as ofTheLog } from '../../src/log/redis/scripts.ts';
import { scripts as others } from '../../src/redis/scripts.ts';
import { findOrSkip } from '../kit/program.ts';

const luacheck = findOrSkip(
  'LUACHECK_BINARY',
  ['luacheck'],
  'No luacheck: the scripts for Redis are not checked. Run apt-get install lua-check, or set LUACHECK_BINARY.',
);
const all = Object.entries({ ...ofTheLog, ...others });

test.skipIf(luacheck === null).each(all)('luacheck finds nothing in %s', (_, { source }) => {
  const options = ['--no-color', '--std', 'lua51', '--globals', 'redis', 'KEYS', 'ARGV'];
  const { stdout } = spawnSync(luacheck ?? '', [...options, '--max-line-length', '130', '-'], {
    input: source,
    encoding: 'utf8',
  });
  expect(stdout).toContain('0 warnings / 0 errors');
});
