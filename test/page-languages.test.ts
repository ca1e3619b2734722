import { afterEach, expect, test, vi } from 'vitest';
import { english } from '../src/page/messages/english.ts';
import { german } from '../src/page/messages/german.ts';

afterEach(() => vi.unstubAllGlobals());

/** The texts of a language by their paths; what depends on something is called with samples. */
function texts(language: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(language)) {
    const at = `${path}.${key}`;
    if (typeof value === 'string') found.set(at, value);
    else if (typeof value === 'function') found.set(at, value('Ann', 'Bob', 3));
    else for (const [below, text] of texts(value, at)) found.set(below, text);
  }
  return found;
}

test('German says everything that English says, in words of its own', () => {
  const [one, other] = [texts(english), texts(german)];
  expect([...other.keys()].sort()).toEqual([...one.keys()].sort());
  // The same word in both languages.
  const shared = /\.(guest|name|title|chat|quality)$|Name$/;
  const same = [...one].filter(([path, text]) => other.get(path) === text && !shared.test(path));
  expect(same.map(([path]) => path)).toEqual(['.chat.newMessage']);
  expect([...other.values()].filter((text) => text.trim() === '')).toEqual([]);
});

test.each([
  [['de-AT', 'en'], 'de'],
  [['fr', 'de'], 'de'],
  [['fr-CA'], 'en'],
  [['EN-us'], 'en'],
  [[], 'en'],
  [['constructor', 'de'], 'de'],
])('a browser that asks for %j gets %s', async (wanted, language) => {
  vi.stubGlobal('navigator', { languages: wanted });
  vi.resetModules();
  const chosen = await import('../src/page/messages/language.ts');
  expect(chosen.language).toBe(language);
  expect(chosen.texts.common.join).toBe(
    language === 'de' ? german.common.join : english.common.join,
  );
});
