import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

export const readPage = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Every page of Markdown that a reader may come to, from the root of the repository. */
export function pages(): string[] {
  const guides = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  const others = [
    ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'],
    ...['examples/README.md', 'bench/README.md'],
    ...readdirSync(join(ROOT, 'src')).map((folder) => `src/${folder}/README.md`),
  ].filter((file) => existsSync(join(ROOT, file)));
  return others.concat(
    guides
      .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
      .map((name) => join('docs', name)),
  );
}

/** A fenced block of a page. */
export interface Block {
  readonly page: string;
  /** Of the opening fence. */
  readonly line: number;
  /** The word after the fence; empty if there is none. */
  readonly language: string;
  readonly text: string;
  /** What the comment above the block says of it: `<!-- kind: value -->`. */
  readonly mark: { readonly kind: string; readonly value: string } | null;
}

/** All fenced blocks of a page, also those inside lists. */
export function blocksOf(page: string): Block[] {
  const lines = readPage(page).split('\n');
  const blocks: Block[] = [];
  for (let start = 0; start < lines.length; start += 1) {
    const [, indent, fence, language] = /^( *)(`{3,}|~{3,})(\S*)/.exec(lines[start] ?? '') ?? [];
    if (indent === undefined || fence === undefined) continue;
    const end = lines.findIndex((line, at) => at > start && line.trim() === fence);
    if (end === -1) throw new Error(`${page}:${start + 1}: this block has no end.`);
    const text = lines.slice(start + 1, end).map((line) => line.slice(indent.length));
    blocks.push({
      page,
      line: start + 1,
      language: language ?? '',
      text: `${text.join('\n')}\n`,
      mark: markAbove(lines.slice(0, start)),
    });
    start = end;
  }
  return blocks;
}

function markAbove(lines: readonly string[]): Block['mark'] {
  const above = lines.findLast((line) => line.trim() !== '') ?? '';
  const [, kind, value] = /^\s*<!-- ([\w ]+): (.+) -->$/.exec(above) ?? [];
  return kind === undefined || value === undefined ? null : { kind, value };
}

/** A page without its fenced blocks, whose `#` and `](` mean something else. */
export function withoutBlocks(text: string): string {
  return text.replaceAll(/^( *)(`{3,}|~{3,})[\s\S]*?^ *\2$/gm, '');
}

/** The anchors that a code host makes for the headings of a page. */
export function anchors(text: string): string[] {
  const seen = new Map<string, number>();
  return [...withoutBlocks(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
}
