import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, normalize, relative } from 'node:path';

/** A page of the site, and the file or folder of the repository that it shows. */
export interface SitePage {
  /** From the root of the repository. */
  readonly source: string;
  /** Without the site's base, such as `/quick-start`. */
  readonly route: string;
  readonly title: string;
  /** The page itself, if it is not the file as it stands. */
  readonly content?: string;
}

const LANGUAGES: Readonly<Record<string, string>> = {
  '.conf': 'nginx',
  '.cfg': 'text',
  '.mjs': 'js',
  '.example': 'sh',
};

/**
 * All pages of the site: README.md, docs/, and whatever of the repository they link to. A source file is shown as
 * one block of code and a folder as a list of its files, so that no link leads out of the site to a host that may
 * show another version, or none.
 */
export function sitePages(root: string): SitePage[] {
  const pages = new Map<string, SitePage>();
  const waiting = ['README.md', ...filesBelow(root, 'docs').filter((file) => file.endsWith('.md'))];
  for (let source = waiting.shift(); source !== undefined; source = waiting.shift()) {
    if (pages.has(source)) continue;
    const page = readPage(root, source);
    pages.set(source, page);
    const text = page.content ?? readFileSync(join(root, source), 'utf8');
    const links = extname(source) === '.md' ? linksOf(text, source) : [];
    const below = statSync(join(root, source)).isDirectory() ? filesBelow(root, source) : [];
    const missing = links.find((link) => !existsSync(join(root, link)));
    if (missing !== undefined)
      throw new Error(`${source} links to ${missing}, which is not there.`);
    waiting.push(...links, ...below);
  }
  return [...pages.values()];
}

function readPage(root: string, source: string): SitePage {
  const route = routeOf(source);
  if (statSync(join(root, source)).isDirectory()) {
    const list = filesBelow(root, source).map(
      (file) => `- [${relative(source, file)}](${routeOf(file)}.html)`,
    );
    return { source, route, title: source, content: `# ${source}\n\n${list.join('\n')}\n` };
  }
  const text = readFileSync(join(root, source), 'utf8');
  if (extname(source) === '.md') {
    return { source, route, title: /^# (.+)$/m.exec(text)?.[1] ?? source };
  }
  const language = LANGUAGES[extname(source)] ?? (extname(source).slice(1) || 'text');
  const fence = '~'.repeat(8);
  const content = `---\nsearch: false\n---\n\n# ${source}\n\n${fence}${language}\n${text}\n${fence}\n`;
  return { source, route, title: source, content };
}

/** `docs/` is the top of the site; what lies outside of it is below `/repository`. */
export function routeOf(source: string): string {
  if (source === 'README.md') return '/';
  if (source === 'docs/README.md') return '/all-pages';
  const isPage = source.endsWith('.md');
  const path = isPage ? source.slice(0, -'.md'.length) : source.replaceAll('.', '-');
  return path.startsWith('docs/') && isPage ? path.slice('docs'.length) : `/repository/${path}`;
}

/** The files and folders of the repository that a page links to. */
function linksOf(text: string, source: string): string[] {
  return [...text.matchAll(/\]\((?![a-z]+:|#|\/)([^)\s#]+)/g)]
    .map(([, link = '']) => targetOf(link, source))
    .filter((target) => !/\.(png|svg|webp)$/.test(target));
}

export function targetOf(link: string, source: string): string {
  return normalize(join(dirname(source), link)).replace(/\/$/, '');
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && name !== 'dist')
    .flatMap((entry) =>
      entry.isDirectory() ? filesBelow(root, join(folder, entry.name)) : [join(folder, entry.name)],
    )
    .sort();
}
