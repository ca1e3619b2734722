import { createServer, type RequestListener, type Server } from 'node:http';
import type { Crowding } from './crowding.ts';

interface ServerOptions {
  /** How long a client may take over the headers of a request, in milliseconds. */
  readonly headersMs: number;
  /** How long a connection may be idle between two requests, in milliseconds. */
  readonly keepAliveMs: number;
  readonly crowding: Crowding;
  /** Connections at once. */
  readonly connections: number;
}

/** How long a client may take over a request's body after its headers, in milliseconds. */
const BODY_TIMEOUT_MS = 20_000;

/** An HTTP server of our own, with the bounds that connections have. */
export function createHttpServer(options: ServerOptions, listener: RequestListener): Server {
  const { headersMs, keepAliveMs, crowding, connections } = options;
  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: headersMs + BODY_TIMEOUT_MS,
      keepAliveTimeout: keepAliveMs,
      // How often the first two are looked after.
      connectionsCheckingInterval: Math.min(5000, headersMs),
    },
    listener,
  );
  // Who neither sends nor reads for as long as a request may take is let go of; upgraded sockets have their heartbeat.
  server.setTimeout(headersMs + BODY_TIMEOUT_MS);
  server.maxConnections = connections;
  server.on('connection', (socket) => crowding.connected(socket));
  return server;
}
