// Writes src/domain/names/look-alike-table.ts from Unicode's confusables.txt (UTS #39):
//   node scripts/look-alikes.mjs confusables.txt
import { readFileSync, writeFileSync } from 'node:fs';

const LINE_LENGTH = 110;
const ASCII = /^[\x20-\x7e]+$/;
const IGNORABLE = /\p{DI}/gu;

const [file] = process.argv.slice(2);
if (file === undefined)
  throw new Error('Name the file: confusables.txt of the Unicode Consortium.');
const text = readFileSync(file, 'utf8');
const [, version = '?'] = /Version: *([\d.]+)/.exec(text) ?? [];
const prototypes = new Map();
for (const line of text.split('\n')) {
  const [source, target] = line
    .replace(/^\uFEFF/, '')
    .split('#', 1)[0]
    .split(';');
  if (target !== undefined) prototypes.set(characters(source), characters(target));
}

function characters(hex) {
  return hex
    .trim()
    .split(/\s+/)
    .map((code) => String.fromCodePoint(Number.parseInt(code, 16)))
    .join('');
}

const mapped = (string, of) =>
  [...string]
    .map((character) => of(character))
    .join('')
    .normalize('NFD');
const lower = (string) =>
  string.normalize('NFKC').toLowerCase().normalize('NFD').replace(IGNORABLE, '');

function untilStable(string, step) {
  for (;;) {
    const next = step(string);
    if (next === string) return string;
    string = next;
  }
}

const prototype = (string) =>
  untilStable(string, (each) => mapped(each.normalize('NFD'), (one) => prototypes.get(one) ?? one));
// A capital i looks like a small L, and case is not told apart: so both are one.
const settled = (string) =>
  untilStable(string, (each) => mapped(lower(each), prototype).replaceAll('i', 'l'));

// A small letter goes by its capital where that alone looks Latin: names that differ in case must stay equal.
function keyOfSmall(character) {
  const own = prototype(character);
  const capital = character.toUpperCase();
  const byCapital = [...capital].length === 1 && capital !== character ? prototype(capital) : '';
  return settled(!ASCII.test(own) && /^[A-Za-z]+$/.test(byCapital) ? byCapital : own);
}

const everything = new Set([...prototypes.keys(), ...'abcdefghijklmnopqrstuvwxyz']);
for (const each of [...everything]) if ([...lower(each)].length === 1) everything.add(lower(each));
const table = new Map();
for (const each of everything) {
  if (lower(each) === each && keyOfSmall(each) !== each) table.set(each, keyOfSmall(each));
}
for (const each of everything) {
  const stable = each.normalize('NFKC') === each && each.normalize('NFD') === each;
  if (!stable || lower(each) === each || !ASCII.test(prototype(each))) continue;
  const bySmall = [...lower(each)].map((one) => table.get(one) ?? one).join('');
  if (settled(prototype(each)) !== bySmall) table.set(each, settled(prototype(each)));
}

const worth = ([from, to]) => /[\p{L}\p{N}\p{M}]/u.test(from) || /^[a-z0-9]+$/.test(to);
const byTarget = new Map();
for (const [from, to] of [...table].filter(worth))
  byTarget.set(to, [...(byTarget.get(to) ?? []), from]);
const hex = (string) => [...string].map((each) => each.codePointAt(0).toString(16)).join('+');
const records = [...byTarget].map(([to, from]) => `${hex(to)}:${from.map(hex).join(',')}`);
const lines = [''];
for (const record of records.join(' ; ').split(/(?<=,| )/)) {
  if (lines.at(-1).length + record.length > LINE_LENGTH) lines.push('');
  lines[lines.length - 1] += record;
}
writeFileSync(
  'src/domain/names/look-alike-table.ts',
  `/**
 * Characters that look alike. scripts/look-alikes.mjs made this table from confusables.txt ${version} (UTS #39), reduced to
 * letters, digits, marks and characters that look like a Latin letter or a digit, after NFKC and lower-casing. Each
 * record is a target and the characters that look like it, as hexadecimal code points.
 *
 * Unicode data files, Copyright © 1991-2025 Unicode, Inc., under the Unicode License V3
 * (https://www.unicode.org/license.txt).
 */
export const LOOK_ALIKE_RECORDS = \`
${lines.map((line) => line.trimEnd()).join('\n')}
\`;
`,
);
