import { defineConfig } from 'vite';

/** The call page, into `dist/page`: hashed files under `/assets/`, no inline script or style, so a strict CSP fits. */
export default defineConfig({
  root: import.meta.dirname,
  // Relative to the page, because a proxy may serve it under a path.
  base: './',
  publicDir: 'public',
  build: {
    outDir: '../../dist/page',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
});
