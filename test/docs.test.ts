import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isEnumType, isIntrospectionType, isObjectType, lexicographicSortSchema } from 'graphql';
import { expect, test } from 'vitest';
import { apiReference } from '../scripts/api-reference.ts';
import { limitTable } from '../src/config/limits.ts';
import { schema } from '../src/graphql/schema.ts';
import { anchors, ROOT, readPage as read } from './kit/pages.ts';

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

test('docs/api.md is the reference of the schema (npm run codegen writes it)', () => {
  const page = read('docs/api.md');
  expect(page).toBe(apiReference(lexicographicSortSchema(schema)));
  expect(page, 'write the example that it names, and run it in api-examples.test.ts').not.toContain(
    '(There is no ',
  );
  const slugs = anchors(page);
  expect(new Set(slugs).size).toBe(slugs.length);
  const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map((match) => match[1] ?? '');
  expect(links.filter((link) => !slugs.includes(link))).toEqual([]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    if (isEnumType(type)) expect(page).toContain(`\n### ${type.name}\n`);
    if (!isObjectType(type)) continue;
    for (const field of Object.keys(type.getFields())) expect(page).toContain(field);
  }
});

test('docs/configuration.md names every variable of the configuration, and no other', () => {
  const source = read('src/config/environment.ts');
  const start = source.indexOf('const environment = z.object({');
  const schema = source.slice(start, source.indexOf('\n});', start));
  const variables = [...schema.matchAll(/^ {2}([A-Z_]+):/gm)].map((match) => match[1]);
  expect(variables.length).toBeGreaterThan(10);
  const named = [...read('docs/configuration.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(
    (match) => match[1],
  );
  expect(named.sort()).toEqual(variables.sort());
});

test('an application with a login of its own needs fifteen lines on the server at most', () => {
  const page = read('docs/your-own-users/vite-react.md');
  const [, lines = ''] = /<!-- from: \S+\/login\.js -->\n\n```js\n([\s\S]*?)```/.exec(page) ?? [];
  expect(lines).toContain('getResourceServerInfo');
  expect(lines.trim().split('\n').length).toBeLessThanOrEqual(15);
});

test('every test that docs/reliability.md names is there', () => {
  const named = read('docs/reliability.md')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .flatMap((line) => [...(line.split('|').at(-2) ?? '').matchAll(/`([\w/-]+)`/g)])
    .map((match) => match[1] ?? '');
  expect(named.length).toBeGreaterThan(20);
  const isThere = (name: string) =>
    [`test/${name}.test.ts`, `test/${name}.ts`, `test/${name}`].some((file) =>
      existsSync(join(ROOT, file)),
    );
  expect(named.filter((name) => !isThere(name))).toEqual([]);
});
