import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OriginPolicy } from '../origin.ts';
import { PREFLIGHT_HEADERS } from './csrf.ts';

/**
 * The headers that a front end may send: the proof against forgeries, the client's name and version, and the trace
 * context.
 */
const ALLOWED_HEADERS = [
  'content-type',
  ...PREFLIGHT_HEADERS,
  'apollographql-client-name',
  'apollographql-client-version',
  'traceparent',
  'tracestate',
  'baggage',
].join(', ');
/** How long a browser may remember the answer to a preflight, in seconds: the most that Chromium accepts. */
const MAX_AGE_SECONDS = 7200;

/**
 * Lets the configured front ends read answers, with credentials (Fetch standard, "CORS protocol"). Any other origin
 * gets no header, and so cannot read the answer. In development, a page of the local network may read that it is
 * refused.
 *
 * @returns whether the request was a preflight, which has then been answered
 */
export function applyCors(
  request: IncomingMessage,
  response: ServerResponse,
  origins: OriginPolicy,
): boolean {
  const { origin } = request.headers;
  response.appendHeader('Vary', 'Origin');
  const isPreflight =
    request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
  if (origin !== undefined && origins.isFrontend(origin)) {
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    response.setHeader('Access-Control-Expose-Headers', 'x-request-id, retry-after');
    if (isPreflight) {
      response.setHeader('Access-Control-Allow-Methods', 'GET, POST');
      response.setHeader('Access-Control-Allow-Headers', ALLOWED_HEADERS);
      response.setHeader('Access-Control-Max-Age', String(MAX_AGE_SECONDS));
    }
  } else if (origin !== undefined && origins.explains(origin) && !origins.allows(request)) {
    // Whatever such a page sends is refused with 403, and that answer is all that it can read.
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    if (isPreflight) {
      response.setHeader('Access-Control-Allow-Methods', 'GET, POST');
      response.setHeader('Access-Control-Allow-Headers', ALLOWED_HEADERS);
    }
  }
  if (isPreflight) {
    response.statusCode = 204;
    response.end();
  }
  return isPreflight;
}
