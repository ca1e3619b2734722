import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lookAlikeKey } from '../../../src/domain/names/look-alike.ts';

describe('names that look alike have one key', () => {
  test.each([
    ['case', 'Ada Lovelace', 'ada lovelace'],
    ['Cyrillic for Latin', 'Anna', 'Аnnа'],
    ['all Cyrillic', 'CAPE', 'САРЕ'],
    ['Greek for Latin', 'Toni', 'Τοnі'],
    ['Cherokee for Latin', 'David', 'Ꭰavid'],
    ['capital i for small L', 'Bill', 'BiIl'],
    ['digit one for small L', 'Paul', 'Pau1'],
    ['zero for o', 'Otto', '0tt0'],
    ['r and n for m', 'Tom', 'Torn'],
    ['full-width', 'Anna', 'Ａｎｎａ'],
    ['mathematical', 'Anna', '𝐀𝐧𝐧𝐚'],
    ['composed or not', 'Zoë', 'Zoe\u0308'],
    ['a zero-width character', 'Anna', 'An\u200Bna'],
    ['a joiner that Persian needs', 'علیرضا', 'علی\u200Cرضا'],
    ['two spaces', 'Ada Byron', 'Ada  Byron'],
    ['Cyrillic, by case', 'Вова', 'вова'],
    ['Cyrillic capital for Latin', 'Bob', 'Вob'],
    ['Greek, by case', 'Παύλος', 'παύλοσ'],
    ['Armenian for Latin', 'Sous', 'Տօսs'],
    ['another hyphen', 'Ann-Lee', 'Ann\u2010Lee'],
    ['a dash', 'Ann-Lee', 'Ann\u2013Lee'],
    ['an apostrophe that curls', "Pat O'Brien", 'Pat O\u2019Brien'],
    ['a letter that is an apostrophe', "Pat O'Brien", 'Pat O\u02BCBrien'],
    ['an accent that stands alone', "Pat O'Brien", 'Pat O\u00B4Brien'],
    ['a line between letters drawn longer', 'محمد', 'مح\u0640مد'],
    ['quotes that curl', 'Ann "Boss" Lee', 'Ann \u201CBoss\u201D Lee'],
    ['two apostrophes for a quote', 'Ann "Boss" Lee', "Ann ''Boss'' Lee"],
    ['another asterisk', 'Ann*', 'Ann\u2217'],
    ['another tilde', 'Ann~', 'Ann\u223C'],
    ['another comma', 'Lee, Ann', 'Lee\u201A Ann'],
    ['another slash', 'Ann/Bob', 'Ann\u2215Bob'],
    ['another plus', 'Ann+', 'Ann\u16ED'],
    ['other brackets', 'Ann (host)', 'Ann \u2768host\u2769'],
    ['another angle', '<Ann>', '\u2039Ann\u203A'],
    ['another dot in the middle', 'Cel\u00B7la', 'Cel\u2022la'],
  ])('%s', (_, one, other) => {
    expect(lookAlikeKey(other)).toBe(lookAlikeKey(one));
  });

  test.each([
    ['Ada', 'Eda'],
    ['Zoe', 'Zoë'],
    ['Anna Bell', 'AnnaBell'],
    ['李', '王'],
    ['Ned', 'Ved'],
    ['Ада', 'Ева'],
    ['🦊', '🐺'],
  ])('%s and %s have not', (one, other) => {
    expect(lookAlikeKey(other)).not.toBe(lookAlikeKey(one));
  });
});

test('a name and the same in the other case have one key, in Latin', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzäéñø ') });
  fc.assert(
    fc.property(letters, (name) => {
      expect(lookAlikeKey(name.toUpperCase())).toBe(lookAlikeKey(name));
    }),
  );
});
