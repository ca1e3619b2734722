import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

/** Sets the security headers of an answer (OWASP, HTTP Security Response Headers). */
export type SecurityHeaders = (request: IncomingMessage, response: ServerResponse) => void;

const SELF = "'self'";

/** @param production whether browsers should insist on TLS for this host from now on */
export function securityHeaders(production: boolean): SecurityHeaders {
  const apply = helmet({
    strictTransportSecurity: production,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: [SELF],
        // WebSockets of the page's own host are not covered by 'self' in every browser.
        connectSrc: [SELF, 'ws:', 'wss:'],
        imgSrc: [SELF, 'data:'],
        mediaSrc: [SELF, 'blob:'],
        styleSrc: [SELF],
        scriptSrc: [SELF],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: [SELF],
        frameAncestors: ["'none'"],
      },
    },
  });
  return (request, response) => {
    apply(request, response, (error) => {
      if (error) throw error;
    });
    response.setHeader(
      'Permissions-Policy',
      'camera=(self), microphone=(self), display-capture=(self), geolocation=()',
    );
  };
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
