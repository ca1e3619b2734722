import { z } from 'zod';
import { NOT_WELL_FORMED } from '../well-formed.ts';

/** Unicode spaces of any width, which all become one space (RFC 8266 §2.1). */
const SPACES = /\p{Zs}+/gu;
/**
 * Characters that are drawn as nothing but are not default ignorable: braille blank, object replacement character, the
 * fillers of Khitan, hieroglyphs and musical notes. They become spaces.
 */
const BLANKS = /[\u2800\uFFFC\u{16FE4}\u{13441}\u{13442}\u{1D159}]/gu;
/** Visible characters of the category "format control": signs that stand before a number. */
const VISIBLE_FORMAT = /[\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}]/u;
/** Characters that are not drawn: zero-width, fillers, bidi controls, tags, variation selectors, joiners. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
/** Control characters and line separators; RFC 8264 §9 disallows them, and unassigned and private ones (below), too. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const UNASSIGNED = /[\p{Cn}\p{Co}]/u;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
/**
 * More than four marks that take no space on a letter paint over the lines above and below (UTS #39 §5.4), and no
 * language has more than seven marks of any kind on one.
 */
const STACKED_MARKS = /[\p{Mn}\p{Me}]{5}|\p{M}{8}/u;

/** Every character whose canonical combining class is Virama: it joins the consonants around it. */
const VIRAMA =
  '[\\u094D\\u09CD\\u0A4D\\u0ACD\\u0B4D\\u0BCD\\u0C4D\\u0CCD\\u0D3B\\u0D3C\\u0D4D\\u0DCA\\u0E3A\\u0EBA\\u0F84' +
  '\\u1039\\u103A\\u1714\\u1715\\u1734\\u17D2\\u1A60\\u1B44\\u1BAA\\u1BAB\\u1BF2\\u1BF3\\u2D7F\\uA806\\uA82C' +
  '\\uA8C4\\uA953\\uA9C0\\uAAF6\\uABED\\u{10A3F}\\u{11046}\\u{11070}\\u{1107F}\\u{110B9}\\u{11133}\\u{11134}' +
  '\\u{111C0}\\u{11235}\\u{112EA}\\u{1134D}\\u{113CE}-\\u{113D0}\\u{11442}\\u{114C2}\\u{115BF}\\u{1163F}' +
  '\\u{116B6}\\u{1172B}\\u{11839}\\u{1193D}\\u{1193E}\\u{119E0}\\u{11A34}\\u{11A47}\\u{11A99}\\u{11C3F}' +
  '\\u{11D44}\\u{11D45}\\u{11D97}\\u{11F41}\\u{11F42}\\u{1612F}]';
/** Scripts whose letters join. ZWNJ between two of these letters keeps them apart. */
const CURSIVE = [
  'Arab',
  'Syrc',
  'Mong',
  'Nkoo',
  'Phag',
  'Mand',
  'Adlm',
  'Mani',
  'Rohg',
  'Sogd',
  'Dupl',
]
  .map((script) => `\\p{Script=${script}}`)
  .join('');
const PICTURE = '\\p{Extended_Pictographic}[\\uFE0F\\p{Emoji_Modifier}]?';

/**
 * The places where an invisible character changes what is drawn: ZWNJ and ZWJ after a virama, and ZWNJ between letters
 * that join (RFC 5892 A.1, A.2, for the script instead of the joining type); ZWJ between the pictures of an emoji; the
 * selector of an emoji's form; the selectors of an ideograph's and of a Mongolian letter's form.
 */
const NEEDED = new RegExp(
  [
    `(?<=${VIRAMA})[\\u200C\\u200D]`,
    `(?<=[${CURSIVE}]\\p{Mn}*)\\u200C(?=[${CURSIVE}])`,
    `(?<=${PICTURE})\\u200D(?=\\p{Extended_Pictographic})`,
    '(?<=\\p{Emoji})[\\uFE0E\\uFE0F]',
    '(?<=\\p{Unified_Ideograph})[\\u{E0100}-\\u{E01EF}\\uFE00-\\uFE02]',
    '(?<=\\p{Script=Mong})[\\u180B-\\u180D\\u180F]',
  ].join('|'),
  'uy',
);

/** Removes invisible characters, except where a script or an emoji needs them. */
function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, (character, offset: number) => {
    if (VISIBLE_FORMAT.test(character)) return character;
    NEEDED.lastIndex = offset;
    return NEEDED.test(text) ? character : '';
  });
}

function withPlainSpaces(text: string): string {
  return text.replace(BLANKS, ' ').replace(SPACES, ' ').trim();
}

/**
 * Repeats a round until nothing changes, because removing a character may let `normalize` compose its neighbours. Two
 * rounds are enough for all but contrived names.
 */
function settle(text: string, round: (text: string) => string): string {
  let settled = text;
  for (let rounds = 0; rounds < 4; rounds += 1) {
    const next = round(settled);
    if (next === settled) break;
    settled = next;
  }
  return settled;
}

/**
 * A name that others see, by the Nickname profile (RFC 8266): compatibility forms become plain (NFKC), spaces of any
 * kind become single plain spaces, and invisible characters are removed. Case is kept.
 */
export function cleanName(text: string): string {
  return settle(text, (each) => withPlainSpaces(withoutInvisible(each.normalize('NFKC'))));
}

/** A title that others see: as {@link cleanName}, but compatibility forms stay as they are (NFC). */
export function cleanTitle(text: string): string {
  return settle(text, (each) => withPlainSpaces(withoutInvisible(each.normalize('NFC'))));
}

const BAD = { code: 'BAD_CHARACTERS' };
/**
 * How many times as long as the cleaned text the given one may be. Composing takes time with the square of the marks on
 * a letter, so a text that is far too long is not cleaned.
 */
const GIVEN_TIMES = 10;

/**
 * The rule for a name or a title that others see. The text is cleaned first. Then it must have a visible character, and
 * at most `max` code points, which a client counts with `[...text].length`.
 */
export function seenTextRule(clean: (text: string) => string, max: number) {
  const tooLong = {
    message: `must have at most ${max} characters`,
    abort: true,
    params: { code: 'TOO_LONG', limit: max },
  };
  return z
    .string()
    .refine((text) => text.length <= GIVEN_TIMES * max, tooLong)
    .refine((text) => text.isWellFormed(), { message: NOT_WELL_FORMED, abort: true, params: BAD })
    .refine((text) => !CONTROL.test(text.trim()), {
      message: 'must not contain control characters',
      abort: true,
      params: BAD,
    })
    .transform(clean)
    .pipe(
      z
        .string()
        .refine((text) => text.length > 0, {
          message: 'must not be empty',
          abort: true,
          params: { code: 'TOO_SHORT', limit: 1 },
        })
        .refine((text) => [...text].length <= max, tooLong)
        .refine((text) => VISIBLE.test(text), {
          message: 'must have a visible character',
          params: BAD,
        })
        .refine((text) => !/^\p{M}/u.test(text), {
          message: 'must not begin with a combining mark',
          params: BAD,
        })
        .refine((text) => !STACKED_MARKS.test(text.normalize('NFD')), {
          message: 'must not stack marks on a letter',
          params: BAD,
        })
        .refine((text) => !UNASSIGNED.test(text), {
          message: 'must not contain unassigned characters',
          params: BAD,
        }),
    );
}
