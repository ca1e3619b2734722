import { createHash } from 'node:crypto';
import { LOOK_ALIKE_RECORDS } from './look-alike-table.ts';

const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;
/** Characters of a key: 66 bits, so that nobody finds a second name by chance. */
const KEY_LENGTH = 11;
/** Mapping and composing settle within this many rounds for every assigned character. */
const ROUNDS_MAX = 4;

const prototypes = readTable(LOOK_ALIKE_RECORDS);

/**
 * Equal for names that look alike: the skeleton of UTS #39 §4, of the names as RFC 8266 compares them (NFKC, case not
 * told apart), as a hash, since a skeleton is nothing to show. It is coarser in one place: as a capital i looks like a
 * small L, i and l are one.
 */
export function lookAlikeKey(name: string): string {
  return createHash('sha256').update(skeletonOf(name)).digest('base64url').slice(0, KEY_LENGTH);
}

/** What a name looks like, not to be shown. */
export function skeletonOf(name: string): string {
  let skeleton = plain(name);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const next = plain(mapped(skeleton));
    if (next === skeleton) break;
    skeleton = next;
  }
  return skeleton;
}

/** The small sigma has a form of its own at the end of a word; it is the same letter. */
function plain(text: string): string {
  const composed = text.normalize('NFKC').replace(IGNORABLE, '').replaceAll('ς', 'σ');
  return composed.replace(/\s+/g, ' ').trim().normalize('NFD');
}

/** By the character as it is, where its capital looks like something else than its small letter; or by the small letter. */
function mapped(text: string): string {
  let result = '';
  for (const character of text) {
    const own = prototypes.get(character);
    if (own !== undefined) result += own;
    else for (const small of character.toLowerCase()) result += prototypes.get(small) ?? small;
  }
  return result;
}

function readTable(records: string): ReadonlyMap<string, string> {
  const table = new Map<string, string>();
  for (const record of records.replace(/\s/g, '').split(';')) {
    const [target = '', sources = ''] = record.split(':');
    for (const source of sources.split(','))
      table.set(character(source), target.split('+').map(character).join(''));
  }
  return table;
}

function character(code: string): string {
  return String.fromCodePoint(Number.parseInt(code, 16));
}
