import { createHash } from 'node:crypto';
import { LOOK_ALIKE_RECORDS } from './look-alike-table.ts';

/** What is not drawn, and what only draws the line between two letters of a cursive script longer (tatweel). */
const IGNORABLE = /[\p{Default_Ignorable_Code_Point}\u0640\u07FA]/gu;
/** Signs in names that look alike, and the sign that each counts as: all dashes, all apostrophes, all commas, and so on. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/[\p{Pd}\u02D7\u2043\u2212\u2796\u2CBA\u06D4]/gu, '-'],
  [
    /['`\u00B4\u02B9-\u02BD\u02BE\u02BF\u02C8\u02CA\u02CB\u055A\u055D\u05F3\u07F4\u07F5\u1FBD\u1FBF\u1FEF\u1FFD\u1FFE\u2018\u2019\u201B\u2032\u2035\uA78B\uA78C\uFF07]/gu,
    "'",
  ],
  // Two apostrophes are a quotation mark.
  [/["\u02BA\u02DD\u02EE\u02F6\u05F2\u05F4\u1CD3\u201C\u201D\u201F\u2033\u2036\u3003]/gu, "''"],
  [/[,\u00B8\u060D\u066B\u201A\uA4F9]/gu, ','],
  [/[/\u1735\u2044\u2041\u2215\u2571\u27CB\u29F8\u2F03\u3033\u30CE\u31D3\u4E3F]/gu, '/'],
  [/[*\u204E\u066D\u2217\u{1031F}]/gu, '*'],
  [/[~\u02DC\u1FC0\u2053\u223C]/gu, '~'],
  [/[_\u02CD\uFE4D-\uFE4F]/gu, '_'],
  [/[+\u16ED\u2795\u{1029B}]/gu, '+'],
  [/[=\u1400\u2E40\u30A0\uA4FF]/gu, '='],
  [/[(\u2768\u2772\u3014\uFD3E[]/gu, '('],
  [/[)\u2769\u2773\u3015\uFD3F\]]/gu, ')'],
  [/[<\u02C2\u1438\u16B2\u2039\u276E\u{1D236}]/gu, '<'],
  [/[>\u02C3\u1433\u203A\u276F\u{16F3F}\u{1D237}]/gu, '>'],
  [/[\u00B7\u0387\u2022\u2027\u2219\u22C5\u30FB\uA78F]/gu, '\u00B7'],
];
/** Characters of a key. 66 bits, so that two names do not get the same key by chance. */
const KEY_LENGTH = 11;
/** Mapping and composing settle within this many rounds for every assigned character. */
const ROUNDS_MAX = 4;

const prototypes = readTable(LOOK_ALIKE_RECORDS);

/**
 * A key that is equal for names that look alike: the skeleton (UTS #39 §4) of the name as RFC 8266 compares names
 * (NFKC, case ignored). It is hashed, because a skeleton must not be shown. One difference to UTS #39: i and l count as
 * one letter, because a capital i looks like a small L.
 */
export function lookAlikeKey(name: string): string {
  return createHash('sha256').update(skeletonOf(name)).digest('base64url').slice(0, KEY_LENGTH);
}

/** What a name looks like, for comparison. It must not be shown. */
export function skeletonOf(name: string): string {
  let skeleton = plain(name);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const next = plain(mapped(skeleton));
    if (next === skeleton) break;
    skeleton = next;
  }
  return skeleton;
}

/** The final form of the small sigma counts as the same letter. */
function plain(text: string): string {
  // NFKC turns an accent that stands alone into a space and a mark. So signs are replaced before it as well.
  const composed = signsOf(signsOf(text).normalize('NFKC'));
  const seen = composed.replace(IGNORABLE, '').replaceAll('ς', 'σ');
  return seen.replace(/\s+/g, ' ').trim().normalize('NFD');
}

function signsOf(text: string): string {
  return SIGNS.reduce((plainer, [alike, sign]) => plainer.replace(alike, sign), text);
}

/**
 * Maps each character as it is if the table has it, because a capital may look like something else than its small
 * letter. Otherwise it maps the small letter.
 */
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
