import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { navigation } from '../../scripts/site/navigation.ts';
import { anchors, pages, ROOT, readPage, withoutBlocks } from '../kit/pages.ts';

interface Link {
  readonly page: string;
  readonly to: string;
}

/** What a page links to and shows: `[text](to)`, `![text](to)` and `[name]: to`, except addresses of other sites. */
function linksOf(page: string): Link[] {
  const text = withoutBlocks(readPage(page)).replaceAll(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)[^)]*\)|^\[[^\]]+\]: (\S+)/gm)]
    .map(([, inline, defined]) => inline ?? defined ?? '')
    .filter((to) => !/^[a-z]+:/.test(to))
    .map((to) => ({ page, to }));
}

/** Why a link leads nowhere; null if it leads somewhere. */
function fault({ page, to }: Link): string | null {
  const [path = '', anchor] = to.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(ROOT, target))) return `there is no ${target}`;
  if (anchor === undefined) return null;
  if (!target.endsWith('.md')) return 'only pages have headings';
  const known = anchors(readPage(target));
  return known.includes(anchor) ? null : `${target} has no heading #${anchor}`;
}

test('every link leads to a page, an image or a source file, and to a heading in it', () => {
  const links = pages().flatMap(linksOf);
  expect(links.length).toBeGreaterThan(200);
  const broken = links.flatMap((link) => {
    const why = fault(link);
    return why === null ? [] : [`${link.page}: ](${link.to}): ${why}`];
  });
  expect(broken).toEqual([]);
});

test('docs/README.md lists every page of docs, which makes it the navigation of the site', () => {
  const groups = navigation(ROOT);
  const listed = groups.flatMap(({ files }) => files);
  const wanted = pages().filter((page) => page.startsWith('docs/') && page !== 'docs/README.md');
  const missing = wanted.filter((page) => !listed.includes(page));
  expect(missing, 'add a line `- [Title](page.md): what it is about` to docs/README.md').toEqual(
    [],
  );
  expect(listed.filter((page, at) => listed.indexOf(page) !== at)).toEqual([]);
  expect(listed.filter((page) => !statSync(join(ROOT, page)).isFile())).toEqual([]);
});

test('pages name images by ./ or ../, as the builder of the site needs it', () => {
  const named = pages().flatMap((page) =>
    [...readPage(page).matchAll(/!\[[^\]]*\]\(((?!\.{1,2}\/|https:)[^)]+)\)/g)].map(
      ([, image]) => `${page}: ${image}`,
    ),
  );
  expect(named).toEqual([]);
});
