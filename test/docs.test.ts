import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { limitTable } from '../src/limits.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const grouped = (value: number) => value.toLocaleString('en');

test('docs/limits.md is the table of limits', async () => {
  const rows = limitTable.map(
    ({ variable, fallback, min, max, meaning }) =>
      `| \`${variable}\` | ${grouped(fallback)} | ${grouped(min)} – ${grouped(max)} | ${meaning} |`,
  );
  const page = [
    '# Limits',
    '',
    'Every limit of the server, with the environment variable that sets it. `test/docs.test.ts` writes this page.',
    '',
    '| variable | default | from – to | what it bounds |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
  await expect(page).toMatchFileSnapshot('../docs/limits.md');
});

test('the README names every variable of the configuration, and no other', () => {
  const source = read('src/config.ts');
  const start = source.indexOf('const environment = z.object({');
  const schema = source.slice(start, source.indexOf('\n});', start));
  const variables = [...schema.matchAll(/^ {2}([A-Z_]+):/gm)].map((match) => match[1]);
  expect(variables.length).toBeGreaterThan(10);
  const named = [...read('README.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1]);
  expect(named.sort()).toEqual(variables.sort());
});

test('every link to a file leads to one', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
  for (const entry of readdirSync(join(ROOT, 'docs'), { recursive: true, withFileTypes: true })) {
    if (entry.name.endsWith('.md')) {
      pages.push(join(entry.parentPath, entry.name).slice(ROOT.length + 1));
    }
  }
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
      .map((match) => join(dirname(page), match[1] ?? ''))
      .filter((target) => !existsSync(join(ROOT, target)))
      .map((target) => `${page} → ${target}`),
  );
  expect(broken).toEqual([]);
});
