import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defences } from './defences/defences.mjs';

const ROOT = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

// What `npm run test:defences` would find out after minutes: a row whose code has moved takes nothing out.
test('every defence stands once in its file, and names a test that is there', () => {
  const wrong = defences.filter(({ file, find, replace, test }) => {
    if (!existsSync(join(ROOT, file)) || !existsSync(join(ROOT, test))) return true;
    return read(file).split(find).length !== 2 || replace === find;
  });
  expect(wrong.map(({ name }) => name)).toEqual([]);
});

test('no two defences share a name', () => {
  const names = defences.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
