import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { pushWorker } from '../../scripts/push-worker.mjs';

/**
 * The call page and the page for embedding, into `dist/page`: hashed files under `/assets/`, no inline script or style,
 * so a strict CSP fits.
 */
export default defineConfig({
  root: import.meta.dirname,
  // Relative to the page, because a proxy may serve it under a path.
  base: './',
  publicDir: 'public',
  resolve: {
    // The same lit in a test, which Vite would give the larger one with warnings.
    conditions: ['module', 'browser', 'production'],
    alias: [
      {
        find: /^@peerql\/client$/,
        replacement: fileURLToPath(new URL('../client/index.ts', import.meta.url)),
      },
    ],
  },
  build: {
    outDir: '../../dist/page',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    rolldownOptions: {
      input: ['index.html', 'embed.html'].map((page) => `${import.meta.dirname}/${page}`),
    },
  },
  plugins: [
    {
      // Vite does not look into the style sheets that the elements have as templates.
      name: 'smaller-templates-of-css',
      enforce: 'pre',
      transform: (code, id) =>
        id.includes('/src/elements/') ? code.replace(/css`[^`]*`/g, withoutSpace) : null,
    },
    {
      // Beside the page, since a service worker is in charge of the folder that its script is in.
      name: 'push-worker',
      async generateBundle() {
        const source = await pushWorker();
        this.emitFile({ type: 'asset', fileName: 'peerql-push-worker.js', source });
      },
    },
  ],
});

function withoutSpace(css: string): string {
  return css
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/;\}/g, '}');
}
