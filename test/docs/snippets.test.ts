import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { limitTable } from '../../src/config/limits.ts';
import { readTrustedIssuers } from '../../src/config/trusted-issuers.ts';
import { schema } from '../../src/graphql/schema.ts';
import { type Block, blocksOf, pages, ROOT, readPage } from '../kit/pages.ts';
import { typeFaults } from '../kit/snippet-program.ts';

/** Why a block may stand in a page that no test runs or checks: `<!-- not run: old server -->` above it. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'old server': 'what a reader has before migrating; its packages are not installed here',
};

/** Languages in which only fragments for other programs are shown. */
const FRAGMENTS: Readonly<Record<string, string>> = {
  yaml: 'a part of the configuration of Kubernetes, Prometheus or Docker Compose',
  caddyfile: 'a part of the configuration of Caddy; deploy/ has whole ones, which tests run',
  nginx: 'a part of the configuration of nginx; deploy/ has whole ones, which tests run',
  ini: 'a part of a unit of systemd, or of the configuration of coturn',
  html: 'a part of a page',
  css: 'a part of the style sheet of a page',
  mermaid: 'a picture; test/architecture/picture.test.ts writes it',
  text: 'what a program prints',
};

/** Variables in shell blocks that are not the server's. */
const OTHER_VARIABLES = ['CI', 'OLD_MONGO_URI', 'SITE_BASE'];

const HELP = `Each fenced block needs one of these:
  - a language that is checked: js, jsx, ts, tsx (types), graphql (the schema), json, sh
  - <!-- snippet: NAME --> above it, and a test that runs it (test/kit/snippets.ts)
  - <!-- from: FILE --> above it, if it stands so in FILE, which is tested elsewhere
  - <!-- not run: REASON --> above it, with a reason of NOT_RUN in test/docs/snippets.test.ts
  - a language of FRAGMENTS in test/docs/snippets.test.ts`;

type Class = 'run' | 'copied' | 'not run' | 'types' | 'graphql' | 'json' | 'sh' | 'fragment';

function classOf({ language, mark }: Block): Class | null {
  if (mark?.kind === 'snippet' || (mark && mark.kind === language)) return 'run';
  if (mark?.kind === 'from') return 'copied';
  if (mark?.kind === 'not run') return mark.value in NOT_RUN ? 'not run' : null;
  if (/^[jt]sx?$/.test(language)) return 'types';
  if (language === 'graphql' || language === 'json' || language === 'sh') return language;
  return language in FRAGMENTS ? 'fragment' : null;
}

const blocks = pages().flatMap(blocksOf);
const ofClass = (wanted: Class) => blocks.filter((block) => classOf(block) === wanted);
const place = ({ page, line }: Block) => `${page}:${line}`;

test('every block of every page has a class', () => {
  expect(blocks.length).toBeGreaterThan(100);
  const unknown = blocks
    .filter((block) => classOf(block) === null)
    .map((block) => `${place(block)}: "${block.mark?.value ?? block.language}"`);
  expect(unknown, HELP).toEqual([]);
});

test('a test runs every block that is marked as a snippet', () => {
  const sources = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readPage(join('test', name)))
    .join('\n');
  const isNamed = (name: string) => {
    const [prefix, ...rest] = name.split('-');
    return (
      new RegExp(`['" ]${name}\\b`).test(sources) ||
      (sources.includes(`${prefix}-\${`) && sources.includes(`'${rest.join('-')}'`))
    );
  };
  const idle = ofClass('run').filter(({ mark }) => !isNamed(mark?.value ?? ''));
  expect(idle.map(place), 'no test names this snippet').toEqual([]);
});

test('a block that is taken from a file stands there so', () => {
  const wrong = ofClass('copied').filter(
    ({ mark, text }) => !readPage(mark?.value ?? '').includes(text),
  );
  expect(wrong.map(place), 'copy it from the file again').toEqual([]);
});

test('every other block of JavaScript and TypeScript fits the types of the packages', () => {
  const help =
    'Correct the snippet. If it takes something of the reader’s own as given, declare that in test/docs/given.d.ts.';
  expect(typeFaults(ofClass('types')), help).toEqual([]);
}, 240_000);

test('every operation fits the schema', () => {
  const wrong = ofClass('graphql').flatMap((block) =>
    validate(schema, parse(block.text)).map((error) => `${place(block)}: ${error.message}`),
  );
  expect(wrong).toEqual([]);
});

test('every block of JSON is JSON, and a list of trusted issuers is one', () => {
  const wrong = ofClass('json').flatMap((block) => {
    try {
      const value: unknown = JSON.parse(block.text);
      if (Array.isArray(value) && value[0]?.issuer) readTrustedIssuers(block.text);
      return [];
    } catch (error) {
      return [`${place(block)}: ${String(error)}`];
    }
  });
  expect(wrong).toEqual([]);
});

test('every block of shell is one, with scripts, commands and variables that exist', () => {
  const scripts = ['package.json', 'bench/package.json', 'examples/own-login/package.json'].flatMap(
    (file) => Object.keys(JSON.parse(readPage(file)).scripts),
  );
  const commands =
    /const commands[^{]*\{([\s\S]*?)\n\};/.exec(readPage('src/cli/run.ts'))?.[1] ?? '';
  const variables = [...readPage('docs/configuration.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(
    ([, name]) => name,
  );
  const known = [...variables, ...limitTable.map(({ variable }) => variable), ...OTHER_VARIABLES];
  const wrong = ofClass('sh').flatMap((block) => {
    const all = (pattern: RegExp) => [...block.text.matchAll(pattern)].map(([, name = '']) => name);
    return [
      ...all(/\bnpm(?: --prefix \w+)? run (?:--silent )?([\w:]+)/g).filter(
        (name) => !scripts.includes(name),
      ),
      ...all(/(?:^|npx )peerql ([a-z-]+)/gm).filter((name) => !commands.includes(`${name}:`)),
      ...all(/^(?:export )?([A-Z][A-Z_]+)=/gm).filter((name) => !known.includes(name)),
    ].map((name) => `${place(block)}: there is no ${name}`);
  });
  expect(wrong).toEqual([]);
  const syntax = ofClass('sh').flatMap((block) => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: block.text, encoding: 'utf8' });
    return status === 0 ? [] : [`${place(block)}: ${stderr}`];
  });
  expect(syntax).toEqual([]);
});
