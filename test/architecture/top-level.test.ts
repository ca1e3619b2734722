import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** What a visitor of the repository sees first. Whoever adds a name here has a reason why it cannot be in a folder. */
const TOP_LEVEL = [
  ...['.ci', '.dockerignore', '.github', '.gitignore', '.npmrc'],
  ...['CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'SECURITY.md'],
  ...['Dockerfile', 'biome.json', 'codegen.ts', 'compose.yaml', 'knip.json', 'package-lock.json'],
  ...['package.json', 'schema.graphql', 'tsconfig.json', 'vitest.config.ts'],
  ...['bench', 'deploy', 'docs', 'examples', 'released', 'scripts', 'src', 'test'],
];

test('the top level of the repository has only the names that belong there', () => {
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' });
  const names = new Set(
    tracked
      .split('\0')
      .filter((path) => path !== '')
      .map((path) => path.split('/')[0] ?? ''),
  );
  expect([...names].sort()).toEqual([...TOP_LEVEL].sort());
});
