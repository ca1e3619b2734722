import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Metrics } from '../../observability/metrics.ts';
import type { Tracing } from '../../observability/tracing.ts';
import { GRAPHQL_PATH } from '../path.ts';
import { whenOver } from './over.ts';

/** Answers a request, and measures and traces it. */
export type ObserveRequest = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: () => Promise<void>,
) => Promise<void>;

/** Times requests by the part of the server and the status, and traces those to the API. */
export function observeRequests(metrics: Metrics | null, tracing: Tracing | null): ObserveRequest {
  return (request, response, answer) => {
    const route = routeOf(request);
    if (metrics !== null) {
      const began = performance.now();
      whenOver(request, response, () => {
        metrics.request(route, response.statusCode).observe(performance.now() - began);
      });
    }
    if (tracing === null || route !== 'graphql') return answer();
    const attributes = { 'http.request.method': request.method ?? '', 'url.path': GRAPHQL_PATH };
    return tracing.request(
      request.headers,
      `${request.method} ${GRAPHQL_PATH}`,
      attributes,
      answer,
    );
  };
}

/**
 * The part of the server that a request is for. The path itself is not used, because clients can make up any number of
 * paths.
 */
function routeOf({ url = '/' }: IncomingMessage): string {
  const path = url.split('?', 1)[0];
  if (path === GRAPHQL_PATH) return 'graphql';
  if (path === '/metrics') return 'metrics';
  return path === '/health' || path === '/health/ready' ? 'health' : 'page';
}
