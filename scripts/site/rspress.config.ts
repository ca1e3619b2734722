import { join, relative } from 'node:path';
import { defineConfig } from '@rspress/core';
import { navigation } from './navigation.ts';
import { routeOf, sitePages, targetOf } from './pages.ts';

const ROOT = join(import.meta.dirname, '../..');
const pages = sitePages(ROOT);
const pageOf = new Map(pages.map((page) => [page.source, page]));
const added = pages.filter(
  ({ source, content, route }) =>
    content !== undefined || !source.startsWith('docs/') || route === '/all-pages',
);

const sidebar = navigation(ROOT).map(({ title, files }) => ({
  text: title,
  collapsible: true,
  collapsed: title === 'Decisions',
  items: files.map((file) => ({ text: pageOf.get(file)?.title ?? file, link: routeOf(file) })),
}));

interface Node {
  type: string;
  url?: string;
  readonly lang?: string;
  readonly value?: string;
  name?: string;
  attributes?: readonly { type: string; name: string; value: string }[];
  children?: readonly Node[];
}

/** Makes components of the diagrams (Mermaid.tsx). */
function drawDiagrams() {
  return (tree: Node) => {
    const visit = (node: Node) => {
      if (node.type === 'code' && node.lang === 'mermaid') {
        node.type = 'mdxJsxFlowElement';
        node.name = 'Mermaid';
        node.attributes = [{ type: 'mdxJsxAttribute', name: 'text', value: node.value ?? '' }];
        node.children = [];
      }
      for (const child of node.children ?? []) visit(child);
    };
    visit(tree);
  };
}

/** Leads links between files of the repository to their pages. */
function linkPages() {
  return (tree: Node, { path }: { path: string }) => {
    const source = relative(ROOT, path);
    const visit = (node: Node) => {
      if (node.type === 'link' && node.url && !/^([a-z]+:|#|\/)/.test(node.url)) {
        const [link = '', heading] = node.url.split('#');
        const page = pageOf.get(targetOf(link, source));
        if (page === undefined) throw new Error(`${source}: no page for the link ${node.url}`);
        const address = page.route === '/' ? '/' : `${page.route}.html`;
        node.url = heading === undefined ? address : `${address}#${heading}`;
      }
      for (const child of node.children ?? []) visit(child);
    };
    visit(tree);
  };
}

export default defineConfig({
  root: '../../docs',
  outDir: 'dist',
  // A site below a path, such as a project's on GitHub Pages, names that path.
  base: process.env.SITE_BASE ?? '/',
  lang: 'en',
  title: 'PeerQL',
  description: 'Accounts and WebRTC signaling as one typed GraphQL API',
  llms: false,
  route: { exclude: ['README.md'] },
  markdown: {
    // `linkPages` checks them: it also knows the pages that lie outside of docs/.
    link: { checkDeadLinks: false, checkAnchors: true },
    remarkPlugins: [linkPages, drawDiagrams],
    globalComponents: [join(import.meta.dirname, 'Mermaid.tsx')],
  },
  plugins: [
    {
      name: 'pages-outside-of-docs',
      addPages: () =>
        added.map(({ route, source, content }) =>
          content === undefined
            ? { routePath: route, filepath: join(ROOT, source) }
            : { routePath: route, content },
        ),
    },
  ],
  themeConfig: {
    nav: [
      { text: 'Quick start', link: '/quick-start' },
      { text: 'API reference', link: '/api' },
      { text: 'All pages', link: '/all-pages' },
      { text: 'Changelog', link: routeOf('CHANGELOG.md') },
    ],
    sidebar: { '/': sidebar },
  },
});
