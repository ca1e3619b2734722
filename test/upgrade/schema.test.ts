import { readFileSync } from 'node:fs';
import { CriticalityLevel, DiffRule, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../..', import.meta.url);

/** What old clients would run into. A field or value that was deprecated in the release before may go. */
async function breaking(before: string, after: string): Promise<string[]> {
  const rules = [DiffRule.suppressRemovalOfDeprecatedField];
  const changes = await diff(buildSchema(before), buildSchema(after), rules);
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ message }) => message);
}

/** What old clients run into on purpose, each with its reason. It is emptied when a release is cut. */
const MEANT: readonly string[] = [];

test('the schema breaks no client of the last release (released/schema.graphql)', async () => {
  const [before, now] = ['released/schema.graphql', 'schema.graphql'].map((file) =>
    readFileSync(new URL(file, ROOT), 'utf8'),
  );
  expect(await breaking(before ?? '', now ?? '')).toEqual(MEANT);
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
