import { expect, test } from 'vitest';
import { imports, read } from './import-graph.ts';

const PAGE = 'docs/architecture.md';
const BLOCK = /(<!-- imports -->\n)[\s\S]*?(<!-- \/imports -->)/;

/** The station that a file belongs to: `main`, `app`, or its folder in `src`. Null for what all may see. */
function stationOf(file: string): string | null {
  const [root, folder = '', ...rest] = file.split('/');
  if (root !== 'src') return null;
  if (rest.length > 0) return folder;
  return folder === 'main.ts' || folder === 'app.ts' ? folder.slice(0, -3) : null;
}

/** A Mermaid flowchart of who imports whom; a dotted arrow where only types are imported. */
function picture(): string {
  const arrows = new Map<string, 'types' | 'code'>();
  for (const { from, to, typeOnly } of imports) {
    const [here, there] = [stationOf(from), stationOf(to)];
    if (here === null || there === null || here === there) continue;
    const key = `${here} ${there}`;
    if (!typeOnly || !arrows.has(key)) arrows.set(key, typeOnly ? 'types' : 'code');
  }
  const lines = [...arrows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, kind]) => `  ${key.replace(' ', kind === 'code' ? ' --> ' : ' -.-> ')}`);
  return ['```mermaid', 'flowchart TD', ...lines, '```', ''].join('\n');
}

test('docs/architecture.md has the picture of the imports as they are', async () => {
  const page = read(PAGE);
  expect(page).toMatch(BLOCK);
  const now = page.replace(BLOCK, (_, open: string, close: string) => open + picture() + close);
  await expect(now).toMatchFileSnapshot(`../../${PAGE}`);
});
