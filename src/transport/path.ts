import type { IncomingMessage } from 'node:http';

/** Where the API is, for HTTP and for WebSocket. */
export const GRAPHQL_PATH = '/graphql';

/** A target with scheme and host, as proxies send it (RFC 9112 §3.2.2). */
const ABSOLUTE = /^https?:\/\/([^/?#]*)([^#]*)/i;

/**
 * Brings the target of a request to the form that everything behind this knows: a path from the server's root on. What
 * an absolute target says of the host counts more than the `Host` header. A target without the prefix stays as it is:
 * a proxy has taken the prefix away.
 *
 * @param prefix what stands before every path, such as `/api`; empty: nothing does
 */
export function normaliseTarget(request: IncomingMessage, prefix: string): void {
  const absolute = ABSOLUTE.exec(request.url ?? '');
  if (absolute !== null) {
    const [, host = '', rest = ''] = absolute;
    request.headers.host = host;
    request.url = rest.startsWith('/') ? rest : `/${rest}`;
  }
  const url = request.url ?? '/';
  if (prefix !== '' && url.startsWith(`${prefix}/`)) request.url = url.slice(prefix.length);
}

/** The path of a request, without its query. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}
