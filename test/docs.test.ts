import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  isEnumType,
  isIntrospectionType,
  isObjectType,
  lexicographicSortSchema,
  parse,
  validate,
} from 'graphql';
import { JsxEmit, ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { expect, test } from 'vitest';
import { apiReference } from '../scripts/api-reference.ts';
import { limitTable } from '../src/config/limits.ts';
import { schema } from '../src/graphql/schema.ts';

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

test('docs/api.md is the reference of the schema (npm run codegen writes it)', () => {
  const page = read('docs/api.md');
  expect(page).toBe(apiReference(lexicographicSortSchema(schema)));
  const slugs = headings(page);
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

test('the README names every variable of the configuration, and no other', () => {
  const source = read('src/config/environment.ts');
  const start = source.indexOf('const environment = z.object({');
  const schema = source.slice(start, source.indexOf('\n});', start));
  const variables = [...schema.matchAll(/^ {2}([A-Z_]+):/gm)].map((match) => match[1]);
  expect(variables.length).toBeGreaterThan(10);
  const named = [...read('README.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1]);
  expect(named.sort()).toEqual(variables.sort());
});

test('every link leads to a file, and to a heading in it', () => {
  const leadsNowhere = (page: string, link: string) => {
    const [path = '', heading] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(ROOT, target))) return true;
    return heading !== undefined && !headings(read(target)).includes(heading);
  };
  const broken = pages().flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:)([^)\s]+)/g)]
      .map((match) => match[1] ?? '')
      .filter((link) => leadsNowhere(page, link))
      .map((link) => `${page} → ${link}`),
  );
  expect(broken).toEqual([]);
});

/** Every page of Markdown that a reader may come to. */
function pages(): string[] {
  const guides = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].concat(
    guides.filter((name) => name.endsWith('.md')).map((name) => join('docs', name)),
  );
}

/** The anchors that a page of Markdown has for its headings. */
function headings(page: string): string[] {
  return [...page.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('every operation in the guides fits the schema', () => {
  const wrong = blocks('graphql').flatMap(({ page, text }) =>
    validate(schema, parse(text)).map((error) => `${page}: ${error.message}`),
  );
  expect(wrong).toEqual([]);
});

test('what a guide has from an example stands there so', () => {
  const wrong = pages().flatMap((page) =>
    [...read(page).matchAll(/<!-- from: (\S+) -->\n\n```\w+\n([\s\S]*?)```/g)]
      .filter(([, file = '', text = '']) => !read(file).includes(text))
      .map(([, file]) => `${page}: ${file}`),
  );
  expect(wrong).toEqual([]);
});

test('an application with a login of its own needs fifteen lines on the server at most', () => {
  const page = read('docs/your-own-users/vite-react.md');
  const [, lines = ''] = /<!-- from: \S+\/login\.js -->\n\n```js\n([\s\S]*?)```/.exec(page) ?? [];
  expect(lines).toContain('getResourceServerInfo');
  expect(lines.trim().split('\n').length).toBeLessThanOrEqual(15);
});

test('every line of script in the guides is one', () => {
  const wrong = blocks('[jt]sx?').flatMap(({ page, text }) =>
    (
      transpileModule(text, {
        reportDiagnostics: true,
        fileName: 'page.tsx',
        compilerOptions: {
          target: ScriptTarget.ES2022,
          module: ModuleKind.ESNext,
          jsx: JsxEmit.Preserve,
        },
      }).diagnostics ?? []
    ).map(({ messageText }) => `${page}: ${JSON.stringify(messageText)}\n${text}`),
  );
  expect(wrong).toEqual([]);
});

/** The blocks of one language in all pages. */
function blocks(language: string): { page: string; text: string }[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm');
  const found = pages().flatMap((page) =>
    [...read(page).matchAll(pattern)].map((match) => ({ page, text: match[1] ?? '' })),
  );
  expect(found.length).toBeGreaterThan(0);
  return found;
}

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
