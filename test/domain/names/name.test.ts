import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NAME_LENGTH, nameRule } from '../../../src/domain/accounts/rules.ts';
import { cleanName, cleanTitle } from '../../../src/domain/names/name.ts';
import { settingsRules } from '../../../src/domain/rooms/room.ts';

const issuesOf = (name: string) =>
  nameRule.safeParse(name).error?.issues.map(({ message }) => message) ?? [];
const kept = (name: string) => nameRule.parse(name);

describe('a name', () => {
  test.each([
    ['one Chinese character', '李'],
    ['one letter', 'Q'],
    ['one emoji', '🦊'],
    ['a family, joined', '👩‍👩‍👧‍👦'],
    ['a heart in its coloured form', 'Ada ❤️'],
    ['a keycap', 'Agent 7️⃣'],
    ['Persian with ZWNJ', 'علی‌رضا'],
    ['Marathi with ZWJ after a virama', 'र्‍य'],
    ['Sinhala with ZWJ after a virama', 'ශ්‍රී'],
    ['an ideograph with its variant', '葛\u{E0100}城'],
    ['marks, four on a letter', '\u1EA1\u0330\u0324\u0325'],
    ['digits and punctuation', 'R2-D2!'],
  ])('stays as it is: %s', (_, name) => {
    expect(kept(name)).toBe(name);
  });

  test.each([
    ['zero-width space', 'A\u200Bda'],
    ['zero-width joiner between letters', 'A\u200Dda'],
    ['zero-width non-joiner between Latin letters', 'A\u200Cda'],
    ['word joiner', 'A\u2060da'],
    ['byte order mark', '\uFEFFAda'],
    ['soft hyphen', 'A\u00ADda'],
    ['combining grapheme joiner', 'A\u034Fda'],
    ['Hangul filler', 'Ada\u3164'],
    ['Hangul choseong filler', 'Ada\u115F'],
    ['Hangul jungseong filler', 'Ada\u1160'],
    ['half-width Hangul filler', 'Ada\uFFA0'],
    ['Mongolian vowel separator', 'Ada\u180E'],
    ['Khmer inherent vowel', 'Ada\u17B4'],
    ['right-to-left override', 'A\u202Eda'],
    ['right-to-left isolate', '\u2067Ada\u2069'],
    ['left-to-right mark', 'Ada\u200E'],
    ['Arabic letter mark', 'Ada\u061C'],
    ['tag characters', 'Ada\u{E0061}\u{E0064}\u{E007F}'],
    ['variation selectors alone', 'A\uFE0Fda\u{E0100}'],
    ['deprecated format characters', 'A\u206Ada'],
    ['interlinear annotation', '\uFFF9Ada\uFFFB'],
    ['invisible times', 'A\u2062da'],
    ['braille blank', '\u2800Ada\u2800'],
    ['object replacement character', 'Ada\uFFFC'],
    ['spaces of every width', '\u00A0\u2003Ada\u3000'],
    ['full-width letters', 'Ａｄａ'],
    ['mathematical letters', '𝓐𝓭𝓪'],
  ])('is Ada without: %s', (_, name) => {
    expect(kept(name)).toBe('Ada');
  });

  test.each([
    ['nothing', ''],
    ['spaces', ' \u2003 '],
    ['zero-width characters', '\u200B\u200D\u2060'],
    ['Hangul fillers', '\u3164\u3164'],
    ['braille blanks', '\u2800\u2800'],
    ['tags alone', '\u{E0041}\u{E0042}'],
    ['variation selectors alone', '\uFE0F\u{E0100}'],
    ['a joiner after nothing', '\u200C'],
  ])('is refused as empty: %s', (_, name) => {
    expect(issuesOf(name)).toEqual(['must not be empty']);
  });

  test.each([
    ['a combining mark alone', '\u0301', 'must have a visible character'],
    ['a combining mark first', '\u0301Ada', 'must not begin with a combining mark'],
    [
      'five marks on a letter',
      `A${'\u0323\u0330\u0324\u0325\u032D'}da`,
      'must not stack marks on a letter',
    ],
    [
      'marks around a letter, five times',
      `A${'\u20DD'.repeat(5)}da`,
      'must not stack marks on a letter',
    ],
    [
      'marks of two kinds in turn',
      `A${'\u0330\u0324\u20DD'.repeat(3)}da`,
      'must not stack marks on a letter',
    ],
    ['eight vowel signs', `\u0915${'\u093E'.repeat(8)}`, 'must not stack marks on a letter'],
    ['a lone high surrogate', 'Ada\uD83D', 'must not contain half of a surrogate pair'],
    ['a lone low surrogate', '\uDE00Ada', 'must not contain half of a surrogate pair'],
    ['a line feed', 'A\nda', 'must not contain control characters'],
    ['a null', 'A\0da', 'must not contain control characters'],
    ['a C1 control', 'A\u0085da', 'must not contain control characters'],
    ['a line separator', 'A\u2028da', 'must not contain control characters'],
    ['a noncharacter', 'Ada\uFDD0', 'must not contain unassigned characters'],
    ['an unassigned character', 'Ada\u0378', 'must not contain unassigned characters'],
    ['a private use character', 'Ada\uE000', 'must not contain unassigned characters'],
  ])('is refused: %s', (_, name, message) => {
    expect(issuesOf(name)).toContain(message);
  });

  test('has at most so many code points', () => {
    expect(kept('🦊'.repeat(NAME_LENGTH.max))).toHaveLength(2 * NAME_LENGTH.max);
    expect(issuesOf('🦊'.repeat(NAME_LENGTH.max + 1))).toEqual([
      `must have at most ${NAME_LENGTH.max} characters`,
    ]);
    const most = 10 * NAME_LENGTH.max - 'Ada'.length;
    expect(kept(`${'\u200B'.repeat(most)}Ada`)).toBe('Ada');
    // Not even cleaned.
    expect(issuesOf(`${'\u200B'.repeat(most + 1)}Ada`)).toEqual([
      `must have at most ${NAME_LENGTH.max} characters`,
    ]);
  });

  test('of a room follows the same rules, and keeps its compatibility forms', () => {
    const rules = settingsRules(50, false);
    expect(rules.parse({ name: 'Q4 ½\u200B ① \u202E' }).name).toBe('Q4 ½ ①');
    expect(rules.parse({ name: '会' }).name).toBe('会');
    for (const name of ['\u3164', 'a\nb', 'x\uD800', '\u2800', '\u0301x']) {
      expect(rules.safeParse({ name }).success).toBe(false);
    }
  });
});

const points = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom(
      ...'aéİ\u0301\u0323\u200B\u200C\u200D\uFE0F\uFE0E\u094Dकیم❤👩🏽7\u20E3\u{E0100}葛\u180B\u1820\u3164\u1100\u1160\u034F\u2800 \u3000\u00A8ﬁΝ',
    ),
    maxLength: 20,
  }),
);

describe('cleaning', () => {
  test.each([cleanName, cleanTitle])('twice is cleaning once, and hides nothing: %o', (clean) => {
    fc.assert(
      fc.property(points, (text) => {
        const once = clean(text);
        expect(clean(once)).toBe(once);
        expect(once).not.toMatch(
          /[\u200B\u2060\uFEFF\u202A-\u202E\u2066-\u2069\u{E0001}-\u{E007F}\u3164\u115F\u1160\uFFA0\u2800]/u,
        );
      }),
      { numRuns: 3000 },
    );
  });
});
