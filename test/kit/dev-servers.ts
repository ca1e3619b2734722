import fastifyProxy from '@fastify/http-proxy';
import fastify, { type FastifyRequest } from 'fastify';
import { createServer as createVite } from 'vite';
import type { DevServer } from './dev-server-suite.ts';

/** Vite, as docs/deploying.md sets it up. */
export async function startVite(target: string): Promise<DevServer> {
  const vite = await createVite({
    configFile: false,
    logLevel: 'silent',
    root: new URL('../e2e/fixtures', import.meta.url).pathname,
    server: {
      host: '127.0.0.1',
      port: 0,
      strictPort: false,
      hmr: false,
      proxy: { '/graphql': { target, changeOrigin: true, ws: true } },
    },
  });
  await vite.listen();
  const [url = ''] = vite.resolvedUrls?.local ?? [];
  return { url: new URL(url).origin, close: () => vite.close() };
}

/**
 * Fastify with its proxy plugin, set up as docs/deploying.md shows: by itself the plugin forwards nothing about the
 * client.
 */
export async function startFastify(upstream: string): Promise<DevServer> {
  const app = fastify();
  const forwarded = (
    headers: object,
    { headers: given, ip, protocol }: Pick<FastifyRequest, 'headers' | 'ip' | 'protocol'>,
  ) => ({
    ...headers,
    ...(given.origin !== undefined && { origin: given.origin }),
    ...(given.cookie !== undefined && { cookie: given.cookie }),
    'x-forwarded-for': ip,
    'x-forwarded-host': given.host ?? '',
    'x-forwarded-proto': protocol,
  });
  await app.register(fastifyProxy, {
    upstream,
    prefix: '/graphql',
    rewritePrefix: '/graphql',
    websocket: true,
    replyOptions: { rewriteRequestHeaders: (request, headers) => forwarded(headers, request) },
    // The documented option is missing from the types.
    wsClientOptions: { perMessageDeflate: false, ...{ rewriteRequestHeaders: forwarded } },
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, close: () => app.close() };
}
