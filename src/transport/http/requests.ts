import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '../../domain/logger.ts';
import type { OriginPolicy } from '../origin.ts';
import { GRAPHQL_PATH, normaliseTarget, ownPath, pathOf } from '../path.ts';
import { leaveUnread } from './body.ts';
import { applyCors } from './cors.ts';
import type { Crowding } from './crowding.ts';
import { suspectForgery } from './csrf.ts';
import { type GraphiqlOffers, serveGraphiql, wantsGraphiql } from './graphiql/page.ts';
import type { GraphqlHandler } from './graphql.ts';
import type { SecurityHeaders } from './headers.ts';
import type { Health } from './health.ts';
import { sendJson } from './json.ts';
import type { MetricsHandler } from './metrics-endpoint.ts';
import type { ObserveRequest } from './observed-requests.ts';
import { whenOver } from './over.ts';
import type { Pages } from './pages.ts';

interface RequestsOptions {
  readonly graphql: GraphqlHandler;
  /** Whether an embedding program says who makes a request. */
  readonly isIdentified: boolean;
  /** Null if the page is not served. */
  readonly graphiql: GraphiqlOffers | null;
  readonly origins: OriginPolicy;
  readonly headers: SecurityHeaders;
  readonly health: Health;
  /** Null if metrics are off. */
  readonly metrics: MetricsHandler | null;
  readonly observe: ObserveRequest;
  /** Null if no page is served. */
  readonly pages: Pages | null;
  readonly log: Logger;
  /** The prefix of every path, such as `/api`; may be empty. */
  readonly pathPrefix: string;
  readonly crowding: Crowding;
}

/** Routes every request, and sets the headers that every answer has. */
export class Requests {
  readonly #options: RequestsOptions;
  readonly #answering = new Set<ServerResponse>();
  #closed = false;
  #settled: (() => void) | null = null;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  /** @param next takes a request that is not for this server; without it the answer is 404 */
  handle(request: IncomingMessage, response: ServerResponse, next?: () => void): void {
    const { pathPrefix, crowding, log, observe } = this.#options;
    if (next !== undefined && !this.#takes(request, ownPath(request, pathPrefix))) {
      next();
      return;
    }
    const requestId = randomUUID();
    normaliseTarget(request, pathPrefix);
    response.setHeader('X-Request-Id', requestId);
    if (this.#closed) {
      this.#refuse(request, response, 503, 'This server is stopping.');
      return;
    }
    if (!crowding.admits(request, response)) {
      crowding.refuse(request, response, () =>
        this.#refuse(request, response, 429, 'Too many requests from this address.'),
      );
      return;
    }
    this.#begun(request, response);
    observe(request, response, () => this.#answer(request, response, requestId)).catch(
      (error: unknown) => {
        log.error({ requestId, err: error }, 'A request failed');
        if (response.headersSent) response.destroy();
        else sendJson(response, 500, { error: 'Something went wrong on the server.', requestId });
      },
    );
  }

  #refuse(request: IncomingMessage, response: ServerResponse, status: number, error: string): void {
    this.#options.headers(request, response);
    // The rest of the request is not waited for.
    response.setHeader('Connection', 'close');
    response.setHeader('Retry-After', '1');
    sendJson(response, status, { error });
  }

  /**
   * Calls `then` in the turn of a connection's upgrade: once the requests that came before it are answered, since answers
   * come in the order of the requests (RFC 9112 §9.3.2).
   */
  inTurn(socket: Duplex, then: () => void): void {
    const earlier = [...this.#answering].filter(({ req }) => req.socket === socket);
    let left = earlier.length;
    if (left === 0) {
      then();
      return;
    }
    // Nobody else listens meanwhile.
    const ignore = () => {};
    socket.on('error', ignore);
    for (const response of earlier) {
      whenOver(response.req, response, () => {
        left -= 1;
        if (left > 0 || socket.destroyed) return;
        socket.off('error', ignore);
        then();
      });
    }
  }

  /** Refuses requests from now on. Resolves once those under way have been answered. */
  close(): Promise<void> {
    this.#closed = true;
    return new Promise((resolve) => {
      if (this.#answering.size === 0) resolve();
      else this.#settled = resolve;
    });
  }

  #begun(request: IncomingMessage, response: ServerResponse): void {
    this.#answering.add(response);
    whenOver(request, response, () => {
      this.#answering.delete(response);
      if (this.#answering.size === 0) this.#settled?.();
    });
  }

  #takes({ method }: IncomingMessage, path: string | null): boolean {
    const { health, metrics, pages, pathPrefix } = this.#options;
    if (path === null) return false;
    if (path === GRAPHQL_PATH || health.takes(path)) return true;
    if (path === '/metrics') return metrics !== null;
    if (pages === null || !isReading(method)) return false;
    return path === pathPrefix || pages.takes(path);
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
  ): Promise<void> {
    const { graphql, graphiql, origins, isIdentified, pages, pathPrefix } = this.#options;
    const { headers, health, metrics } = this.#options;
    headers(request, response);
    const path = pathOf(request);
    if (path !== GRAPHQL_PATH || request.method !== 'POST') this.#leaveUnread(request, response);
    if (path === GRAPHQL_PATH) {
      // An answer is only for this caller at this moment (RFC 9111 §5.2.2.5).
      response.setHeader('Cache-Control', 'no-store');
      if (applyCors(request, response, origins)) return;
      if (graphiql !== null && wantsGraphiql(request)) {
        return serveGraphiql(request, response, graphiql);
      }
      const suspicion = suspectForgery(request, origins, isIdentified);
      if (suspicion !== null) {
        this.#leaveUnread(request, response);
        const error = { message: suspicion, extensions: { code: 'CSRF_PREVENTED' } };
        return sendJson(response, 403, { errors: [error] });
      }
      return graphql(request, response, requestId);
    }
    if (health.takes(path)) return health.answer(path, response);
    if (path === '/metrics' && metrics !== null) return metrics(request, response);
    if (pages !== null && isReading(request.method)) {
      if (path === pathPrefix) return redirectToPage(request, response, pathPrefix);
      if (pages.takes(path)) return pages.serve(request, response);
    }
    nothingHere(request, response);
  }

  #leaveUnread(request: IncomingMessage, response: ServerResponse): void {
    if (leaveUnread(request, response)) this.#options.crowding.leftUnread(request);
  }
}

function isReading(method: string | undefined): boolean {
  return method === 'GET' || method === 'HEAD';
}

function nothingHere({ headers }: IncomingMessage, response: ServerResponse): void {
  if (!(headers.accept ?? '').includes('text/html')) {
    sendJson(response, 404, { error: 'There is nothing here.' });
    return;
  }
  response.statusCode = 404;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end('There is nothing here.\n');
}

/** The page loads its files by relative paths, so its own path must end with a slash. */
function redirectToPage(
  { url = '' }: IncomingMessage,
  response: ServerResponse,
  pathPrefix: string,
): void {
  response.statusCode = 308;
  response.setHeader('Location', `${pathPrefix}/${url.slice(pathPrefix.length)}`);
  response.end();
}
