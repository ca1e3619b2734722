import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where PeerQL is. */
const target = process.env.PEERQL_URL ?? 'http://localhost:5000';
const proxy = { '/graphql': { target, ws: true } };

export default defineConfig({
  plugins: [react()],
  server: { proxy },
  preview: { proxy },
});
