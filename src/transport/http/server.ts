import { createServer, type RequestListener, type Server } from 'node:http';
import type { Crowding } from './crowding.ts';

interface ServerOptions {
  /** How long a client may take to send the headers of a request, in milliseconds. */
  readonly headersMs: number;
  /** How long a connection may be idle between two requests, in milliseconds. */
  readonly keepAliveMs: number;
  readonly crowding: Crowding;
  /** How many connections may be open at once. */
  readonly connections: number;
}

/** How long a client may take to send a request's body after its headers, in milliseconds. */
const BODY_TIMEOUT_MS = 20_000;

/** The HTTP server, with limits for connections. */
export function createHttpServer(options: ServerOptions, listener: RequestListener): Server {
  const { headersMs, keepAliveMs, crowding, connections } = options;
  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: headersMs + BODY_TIMEOUT_MS,
      keepAliveTimeout: keepAliveMs,
      // How often Node.js checks the first two timeouts.
      connectionsCheckingInterval: Math.min(5000, headersMs),
    },
    listener,
  );
  // A connection that neither sends nor reads for as long as a request may take is closed. Upgraded sockets have their
  // own heartbeat.
  server.setTimeout(headersMs + BODY_TIMEOUT_MS);
  server.maxConnections = connections;
  server.on('connection', (socket) => crowding.connected(socket));
  // Node.js would answer requests with an unknown `Expect` itself, and so uncounted. It may be ignored (RFC 9110 §10.1.1).
  server.on('checkExpectation', listener);
  return server;
}
