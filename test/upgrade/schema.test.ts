import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { CriticalityLevel, DiffRule, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../..', import.meta.url);
const FILE = 'schema.graphql';

function git(...args: string[]): string | null {
  try {
    return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return null;
  }
}

/** The schema of the last release, and its tag; null where there is none to compare with. */
function lastRelease(): { tag: string; sdl: string } | null {
  const tag = git('describe', '--tags', '--abbrev=0', '--match', 'v*');
  const sdl = tag && git('show', `${tag}:${FILE}`);
  if (tag && sdl) return { tag, sdl };
  const shallow = git('rev-parse', '--is-shallow-repository') === 'true';
  const why = shallow
    ? 'this clone is shallow and has no tag; git fetch --tags --unshallow gets them'
    : 'no version was released yet';
  console.warn(`SKIPPED: the schema is compared with no release: ${why}.`);
  return null;
}

/** What old clients would run into. A field or value that was deprecated in the release before may go. */
async function breaking(before: string, after: string): Promise<string[]> {
  const rules = [DiffRule.suppressRemovalOfDeprecatedField];
  const changes = await diff(buildSchema(before), buildSchema(after), rules);
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ message }) => message);
}

const release = lastRelease();

test.skipIf(release === null)('the schema breaks no client of the last release', async () => {
  const now = readFileSync(new URL(FILE, ROOT), 'utf8');
  expect(await breaking(release?.sdl ?? '', now), `since ${release?.tag}`).toEqual([]);
});

describe('what is found', () => {
  const query = (fields: string) => `type Query { ${fields} }`;

  test('a field that goes, a type that changes, an argument that is needed', async () => {
    const before = query('a: Int b(c: Int): Int d: Int');
    expect(await breaking(before, query('a: String b(c: Int!): Int'))).toHaveLength(3);
  });

  test('not what is added, nor what was deprecated before it went', async () => {
    const before = query('a: Int b: Int @deprecated(reason: "Use a.")');
    expect(await breaking(before, query('a: Int c(d: Int): Int'))).toEqual([]);
  });
});
