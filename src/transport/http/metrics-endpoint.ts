import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MetricsAccess, MetricsRegistry } from '../../observability/observability.ts';
import { sendJson } from './json.ts';

/** Answers `GET /metrics`. */
export type MetricsHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Serves the metrics to those who may read them. They reveal how much this server is used, so they are not public. */
export function serveMetrics({ registry, access }: MetricsRegistry): MetricsHandler {
  return async (request, response) => {
    const refusal = refusalOf(request, access);
    if (refusal !== null) {
      if (refusal.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
      return sendJson(response, refusal.status, { error: refusal.error });
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return sendJson(response, 405, { error: 'Metrics are read by GET.' });
    }
    const text = await registry.metrics();
    response.setHeader('Content-Type', registry.contentType);
    response.setHeader('Cache-Control', 'no-store');
    response.end(text);
  };
}

function refusalOf(
  request: IncomingMessage,
  { token, production }: MetricsAccess,
): { status: 401 | 403; error: string } | null {
  if (token !== null) {
    return isSame(request.headers.authorization ?? '', `Bearer ${token}`)
      ? null
      : { status: 401, error: 'Send the METRICS_TOKEN as a bearer token.' };
  }
  if (production) {
    return { status: 403, error: 'Metrics are closed: set METRICS_TOKEN to open them.' };
  }
  if (isFromHere(request)) return null;
  return {
    status: 403,
    error: 'Without METRICS_TOKEN, only programs on this machine can read the metrics.',
  };
}

/** Compares in a time that does not depend on the content. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

/** Whether the request comes from a program on this machine, and not through a proxy. */
function isFromHere({ socket, headers }: IncomingMessage): boolean {
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return false;
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return address === '::1' || address.startsWith('127.');
}
