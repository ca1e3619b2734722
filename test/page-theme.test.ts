import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tokens } from '../src/elements/styles/tokens.ts';

const page = readFileSync(new URL('../src/page/styles/base.css', import.meta.url), 'utf8');

/** The colours of one of the page's schemes, by the name of the custom property. */
function coloursOf(selector: string): Map<string, string> {
  const [, block = ''] = page.split(`${selector} {`);
  const own = block.slice(0, block.indexOf('}'));
  const found = own.matchAll(/--([\w-]+): (#[\da-f]+);/g);
  return new Map([...found].map(([, name = '', value = '']) => [name, value]));
}

test('the page and its elements have the same colours, dark and light', () => {
  const dark = coloursOf(':root');
  const light = new Map([...dark, ...coloursOf(':root[data-theme="light"]')]);
  const pairs = tokens.cssText.matchAll(
    /--peerql-([\w-]+), light-dark\((#[\da-f]+), (#[\da-f]+)\)/g,
  );
  const shared = [...pairs].filter(([, name = '']) => dark.has(name));
  expect(shared.length).toBeGreaterThan(12);
  for (const [, name = '', inLight, inDark] of shared) {
    expect([name, inLight, inDark]).toEqual([name, light.get(name), dark.get(name)]);
  }
});
