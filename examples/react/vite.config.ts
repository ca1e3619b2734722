import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The server during `npm run dev`. Requests go through Vite, so the browser sees one origin and the cookie works. */
const SERVER = 'http://localhost:5000';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // The packages are linked from two folders up: what they import is to be found here.
  resolve: { dedupe: ['react', 'react-dom', '@peerql/client'] },
  server: { proxy: { '/graphql': { target: SERVER, ws: true } } },
  build: { target: 'es2022', modulePreload: { polyfill: false } },
});
