import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import fastifyProxy from '@fastify/http-proxy';
import fastify, { type FastifyRequest } from 'fastify';
import { ProxyServer } from 'httpxy';
import { createServer as createVite } from 'vite';

/** A development server of a front end, which passes `/graphql` on to another server. */
export interface DevServer {
  readonly url: string;
  close(): Promise<void>;
}

export type StartDevServer = (target: string) => Promise<DevServer>;

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

/**
 * Does what Next 16 does for `rewrites` to another server: the same library with the same options (`proxy-request.ts`
 * of its router), without Next itself.
 */
export async function startRewrites(origin: string): Promise<DevServer> {
  const proxyOf = (request: IncomingMessage) =>
    new ProxyServer({
      target: `${origin}${request.url}`,
      changeOrigin: true,
      ignorePath: true,
      ws: true,
      proxyTimeout: 30_000,
      headers: { 'x-forwarded-host': request.headers.host ?? '' },
    });
  const server = createServer((request, response) => {
    proxyOf(request)
      .web(request, response)
      .catch(() => response.destroy());
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    proxyOf(request)
      .ws(request, socket, {}, head)
      .catch(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, close };
}
