import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

/** The server during `npm run dev`. Requests go through Vite, so the browser sees one origin and the cookie works. */
const SERVER = 'http://localhost:5000';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    vue({ template: { compilerOptions: { isCustomElement: (tag) => tag.startsWith('peerql-') } } }),
  ],
  // The packages are linked from two folders up: what they import is to be found here.
  resolve: { dedupe: ['vue', '@peerql/client'] },
  server: { proxy: { '/graphql': { target: SERVER, ws: true } } },
  build: { target: 'es2022', modulePreload: { polyfill: false } },
});
