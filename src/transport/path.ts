import type { IncomingMessage } from 'node:http';

/** Where the API is, for HTTP and for WebSocket. */
export const GRAPHQL_PATH = '/graphql';

/** A target with scheme and host, as proxies send it (RFC 9112 §3.2.2). */
const ABSOLUTE = /^https?:\/\/([^/?#]*)([^#]*)/i;

interface Target {
  /** Null if the target does not name a host. */
  readonly host: string | null;
  /** Path and query, from the root of the server that takes the request. */
  readonly url: string;
}

/**
 * Puts the target of a request into the form that all later code expects: a path from the server's root. The host of an
 * absolute target overrides the `Host` header. A target without the prefix does not change, because a proxy may have
 * removed the prefix.
 *
 * @param prefix the prefix of every path, such as `/api`; may be empty
 */
export function normaliseTarget(request: IncomingMessage, prefix: string): void {
  const { host, url } = targetOf(request);
  if (host !== null) request.headers.host = host;
  request.url = pathBelow(url, prefix) ?? url;
}

/**
 * The path of a request below the prefix, without its query; the prefix itself if nothing follows it. Null for a
 * request that is not below the prefix. The request is not changed.
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

/** Connect and Express remove the path of a mount, and keep the whole target in `originalUrl`. */
function wholeTarget(request: IncomingMessage & { readonly originalUrl?: unknown }): string {
  const { originalUrl, url } = request;
  return typeof originalUrl === 'string' ? originalUrl : (url ?? '/');
}
