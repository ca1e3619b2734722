import type { IncomingMessage } from 'node:http';
import type { OriginPolicy } from '../origin.ts';

/** Content types that a page of any site can send without asking first (Fetch standard, "CORS-safelisted"). */
const SIMPLE_TYPES = new Set([
  '',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
]);
/**
 * How many characters of an origin a message shows: enough for a scheme, the longest host name (RFC 1035 §2.3.4), and a
 * port.
 */
const ORIGIN_MAX = 270;
/**
 * `Sec-Fetch-Site` of a page of the server's own origin, and of an address that a person typed or opened (Fetch
 * Metadata).
 */
const OWN_SITES: ReadonlySet<unknown> = new Set(['same-origin', 'none']);
/** Headers that make a browser ask first. Their presence is the proof; their value does not matter. */
export const PREFLIGHT_HEADERS = [
  'authorization',
  'graphql-require-preflight',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'x-requested-with',
] as const;

/**
 * Decides whether a GraphQL request may be a forgery by another site (OWASP, Cross-Site Request Forgery Prevention). A
 * POST must have a header or a content type that makes a browser ask first, and must not come from an origin that is
 * not allowed. A GET can only read. It passes unless the browser says that another site sent it, so that urql's GET
 * works without changes.
 *
 * @param anySign whether not only a cookie but anything else may identify the caller, such as an address or a header
 * that a browser adds by itself
 * @returns a message that says what is wrong; null if nothing is
 */
export function suspectForgery(
  request: IncomingMessage,
  origins: OriginPolicy,
  anySign: boolean,
): string | null {
  const { headers, method } = request;
  const { origin, cookie } = headers;
  if (!origins.allows(request)) {
    return `The origin ${origin?.slice(0, ORIGIN_MAX)} is not allowed: add it to FRONTEND_URL.`;
  }
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const asksFirst =
    !SIMPLE_TYPES.has(type) || PREFLIGHT_HEADERS.some((name) => headers[name] !== undefined);
  if (asksFirst || (cookie === undefined && !anySign)) return null;
  // Another site that reads by GET cannot see the answer. The browser's header is trusted if there is one.
  const site = headers['sec-fetch-site'];
  if (method === 'GET' && (origin !== undefined || site === undefined || OWN_SITES.has(site))) {
    return null;
  }
  return 'This request could be forged by another site: send it as application/json, or with a header "graphql-require-preflight: 1".';
}
