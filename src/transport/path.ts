import type { IncomingMessage } from 'node:http';

/** Where the API is, for HTTP and for WebSocket. */
export const GRAPHQL_PATH = '/graphql';

/** A target with scheme and host, as proxies send it (RFC 9112 §3.2.2). */
const ABSOLUTE = /^https?:\/\/([^/?#]*)([^#]*)/i;

interface Target {
  /** Null where the target does not name one. */
  readonly host: string | null;
  /** Path and query, from the root of whatever server takes the request. */
  readonly url: string;
}

/**
 * Brings the target of a request to the form that everything behind this knows: a path from the server's root on. What
 * an absolute target says of the host counts more than the `Host` header. A target without the prefix stays as it is:
 * a proxy has taken the prefix away.
 *
 * @param prefix what stands before every path, such as `/api`; empty: nothing does
 */
export function normaliseTarget(request: IncomingMessage, prefix: string): void {
  const { host, url } = targetOf(request);
  if (host !== null) request.headers.host = host;
  request.url = pathBelow(url, prefix) ?? url;
}

/**
 * The path of a request below the prefix, without its query; the prefix itself where nothing stands behind it. Null for
 * a request that is for something else. The request is left as it is.
 */
export function ownPath(request: IncomingMessage, prefix: string): string | null {
  const below = pathBelow(targetOf(request).url, prefix);
  return below === null ? null : withoutQuery(below);
}

/** The path of a request, without its query. */
export function pathOf(request: IncomingMessage): string {
  return withoutQuery(request.url ?? '/');
}

function withoutQuery(url: string): string {
  return url.split('?', 1)[0] ?? '/';
}

function pathBelow(url: string, prefix: string): string | null {
  if (prefix === '' || withoutQuery(url) === prefix) return url;
  return url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : null;
}

function targetOf(request: IncomingMessage): Target {
  const given = wholeTarget(request);
  const absolute = ABSOLUTE.exec(given);
  if (absolute === null) return { host: null, url: given };
  const [, host = '', rest = ''] = absolute;
  return { host, url: rest.startsWith('/') ? rest : `/${rest}` };
}

/** Connect and Express take the path of a mount away, and keep the whole target in `originalUrl`. */
function wholeTarget(request: IncomingMessage & { readonly originalUrl?: unknown }): string {
  const { originalUrl, url } = request;
  return typeof originalUrl === 'string' ? originalUrl : (url ?? '/');
}
