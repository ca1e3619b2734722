import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { limitTable } from '../src/config/limits.ts';

/** These name every variable, and so prove nothing about one. */
const NOT_COUNTED = ['limits.test.ts', 'config.test.ts'];

test('every limit is tried by a test that sets its variable', () => {
  const texts = readdirSync(import.meta.dirname, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .filter(
      (entry) => entry.parentPath !== import.meta.dirname || !NOT_COUNTED.includes(entry.name),
    )
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  const untried = limitTable
    .map(({ variable }) => variable)
    .filter((variable) => !texts.some((text) => new RegExp(`\\b${variable}\\b`).test(text)));
  expect(untried).toEqual([]);
});
