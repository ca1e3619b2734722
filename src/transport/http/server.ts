import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Logger } from '../../domain/logger.ts';
import type { OriginPolicy } from '../origin.ts';
import { GRAPHQL_PATH, normaliseTarget, pathOf } from '../path.ts';
import { applyCors } from './cors.ts';
import type { Crowding } from './crowding.ts';
import { suspectForgery } from './csrf.ts';
import { type GraphiqlOffers, serveGraphiql, wantsGraphiql } from './graphiql.ts';
import type { GraphqlHandler } from './graphql.ts';
import type { SecurityHeaders } from './headers.ts';
import type { Health } from './health.ts';
import { sendJson } from './json.ts';
import type { MetricsHandler } from './metrics-endpoint.ts';
import type { ObserveRequest } from './observed-requests.ts';
import type { Pages } from './pages.ts';

interface Parts {
  readonly graphql: GraphqlHandler;
  readonly graphiql: GraphiqlOffers;
  readonly origins: OriginPolicy;
  readonly headers: SecurityHeaders;
  readonly health: Health;
  /** Null where nothing is measured. */
  readonly metrics: MetricsHandler | null;
  readonly observe: ObserveRequest;
  readonly pages: Pages;
  readonly log: Logger;
  /** How long a client may take over the headers of a request, in milliseconds. */
  readonly headersMs: number;
  /** How long a connection may be idle between two requests, in milliseconds. */
  readonly keepAliveMs: number;
  /** What stands before every path, such as `/api`; empty: nothing does. */
  readonly pathPrefix: string;
  readonly crowding: Crowding;
  /** Connections at once. */
  readonly connections: number;
}

/** How long a client may take over a request's body after its headers, in milliseconds. */
const BODY_TIMEOUT_MS = 20_000;

/** The HTTP side of the server: every request finds its way here, with the headers that every answer has. */
export function createHttpServer(parts: Parts): Server {
  const server = createServer(
    {
      headersTimeout: parts.headersMs,
      requestTimeout: parts.headersMs + BODY_TIMEOUT_MS,
      keepAliveTimeout: parts.keepAliveMs,
      // How often the first two are looked after.
      connectionsCheckingInterval: Math.min(5000, parts.headersMs),
    },
    (request, response) => {
      const requestId = randomUUID();
      normaliseTarget(request, parts.pathPrefix);
      response.setHeader('X-Request-Id', requestId);
      if (!parts.crowding.admits(request, response)) {
        parts.headers(request, response);
        // What it still sends is not waited for.
        response.setHeader('Connection', 'close');
        response.setHeader('Retry-After', '1');
        sendJson(response, 429, { error: 'Too many requests of this address at once.' });
        return;
      }
      const answering = parts.observe(request, response, () =>
        answer(parts, request, response, requestId),
      );
      answering.catch((error: unknown) => {
        parts.log.error({ requestId, err: error }, 'A request failed');
        if (response.headersSent) response.destroy();
        else sendJson(response, 500, { error: 'Something went wrong on the server.', requestId });
      });
    },
  );
  // Who neither sends nor reads for as long as a request may take is let go of; upgraded sockets have their heartbeat.
  server.setTimeout(parts.headersMs + BODY_TIMEOUT_MS);
  server.maxConnections = parts.connections;
  server.on('connection', (socket) => parts.crowding.connected(socket));
  return server;
}

async function answer(
  { graphql, graphiql, origins, headers, health, metrics, pages, pathPrefix }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<void> {
  headers(request, response);
  const path = pathOf(request);
  if (path === GRAPHQL_PATH) {
    // Answers are of one caller, now (RFC 9111 §5.2.2.5).
    response.setHeader('Cache-Control', 'no-store');
    if (applyCors(request, response, origins)) return;
    if (wantsGraphiql(request)) return serveGraphiql(request, response, graphiql);
    const suspicion = suspectForgery(request, origins);
    if (suspicion !== null) {
      const error = { message: suspicion, extensions: { code: 'CSRF_PREVENTED' } };
      return sendJson(response, 403, { errors: [error] });
    }
    return graphql(request, response, requestId);
  }
  if (health.takes(path)) return health.answer(path, response);
  if (path === '/metrics' && metrics !== null) return metrics(request, response);
  if (path === pathPrefix) return redirectToPage(request, response, pathPrefix);
  if (await pages(request, response)) return;
  if ((request.headers.accept ?? '').includes('text/html')) {
    response.statusCode = 404;
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    response.end('There is nothing here.\n');
    return;
  }
  sendJson(response, 404, { error: 'There is nothing here.' });
}

/** What the page loads is named from its folder on. */
function redirectToPage(
  { url = '' }: IncomingMessage,
  response: ServerResponse,
  pathPrefix: string,
): void {
  response.statusCode = 308;
  response.setHeader('Location', `${pathPrefix}/${url.slice(pathPrefix.length)}`);
  response.end();
}
