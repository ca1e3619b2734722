import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OriginPolicy } from '../origin.ts';

const ALLOWED_HEADERS = [
  'content-type',
  'authorization',
  'graphql-require-preflight',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'apollographql-client-name',
  'apollographql-client-version',
].join(', ');
/** How long a browser may remember the answer to a preflight, in seconds: the most that Chromium accepts. */
const MAX_AGE_SECONDS = 7200;

/**
 * Lets the configured front ends read answers, with credentials (Fetch standard, "CORS protocol"). Any other origin
 * gets no header and so no answer.
 *
 * @returns whether the request was a preflight, which is then answered
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
  }
  if (isPreflight) {
    response.statusCode = 204;
    response.end();
  }
  return isPreflight;
}
