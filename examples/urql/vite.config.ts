import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where the server is while this runs by `npm run dev`: the same origin for the browser, so a cookie signs in. */
const SERVER = 'http://localhost:5000';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // `@peerql/client` is linked from two folders up, where there is a React as well.
  resolve: { dedupe: ['react', 'react-dom', 'graphql'] },
  server: { proxy: { '/graphql': { target: SERVER, ws: true } } },
  build: { target: 'es2022', modulePreload: { polyfill: false } },
});
