import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';
import { pathOf } from '../path.ts';

/** Sets the security headers of an answer (OWASP, HTTP Security Response Headers). */
export type SecurityHeaders = (request: IncomingMessage, response: ServerResponse) => void;

/** The only page that others may frame: it joins a call, and has nothing of accounts. */
const EMBED_PAGE = '/embed.html';

const SELF = "'self'";
const NOBODY: readonly string[] = ["'none'"];

/**
 * @param production whether browsers should insist on TLS for this host from now on
 * @param embedOrigins origins of pages that may frame the page for embedding; all other pages can be framed by nobody
 * @param webAssembly whether the call page's background blur is served, which is WebAssembly
 */
export function securityHeaders(
  production: boolean,
  embedOrigins: readonly string[],
  webAssembly: boolean,
): SecurityHeaders {
  const scripts = webAssembly ? [SELF, "'wasm-unsafe-eval'"] : [SELF];
  const usual = headersFor(production, NOBODY, scripts);
  const framed = embedOrigins.length === 0 ? usual : headersFor(production, embedOrigins, scripts);
  return (request, response) => {
    const apply = pathOf(request) === EMBED_PAGE ? framed : usual;
    apply(request, response, (error) => {
      if (error) throw error;
    });
    // In a frame, 'self' is the framed page, to which the page around it has to give these as well.
    response.setHeader(
      'Permissions-Policy',
      'camera=(self), microphone=(self), display-capture=(self), geolocation=()',
    );
  };
}

function headersFor(
  production: boolean,
  frameAncestors: readonly string[],
  scriptSrc: readonly string[],
) {
  return helmet({
    strictTransportSecurity: production,
    // It cannot name an origin, and frame-ancestors takes its place (CSP Level 3 §6.4.2).
    xFrameOptions: frameAncestors === NOBODY,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: [SELF],
        // WebSockets of the page's own host are not covered by 'self' in every browser.
        connectSrc: [SELF, 'ws:', 'wss:'],
        imgSrc: [SELF, 'data:'],
        mediaSrc: [SELF, 'blob:'],
        styleSrc: [SELF],
        scriptSrc,
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: [SELF],
        frameAncestors,
      },
    },
  });
}

/**
 * The policy of the GraphiQL page: its scripts are allowed by their hashes, and its editor creates workers and styles.
 */
export function graphiqlPolicy(scriptHashes: readonly string[]): string {
  return [
    "default-src 'self'",
    "connect-src 'self' ws: wss:",
    `script-src ${scriptHashes.map((hash) => `'sha256-${hash}'`).join(' ')}`,
    "style-src 'unsafe-inline'",
    "img-src 'self' data:",
    'font-src data:',
    'worker-src blob:',
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
