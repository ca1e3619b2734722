import type { IncomingMessage } from 'node:http';
import type { Logger } from '../domain/logger.ts';
import type { ClientAddresses } from './client-address.ts';

/** How the server is reached, in addition to the `Host` header of a request. */
export interface OriginOptions {
  /** Trusted when they say which host and scheme the client asked for. */
  readonly proxies?: ClientAddresses;
  /** One of the server's own URLs, as people open it. */
  readonly publicUrl?: string | null;
  /** In development, pages of the same machine are allowed, and the log says how to allow others. */
  readonly development?: boolean;
  readonly log?: Pick<Logger, 'warn'>;
}

/** Front ends on any subdomain. */
interface Wildcard {
  readonly protocol: string;
  /** `.example.com` */
  readonly suffix: string;
  readonly port: string;
}

/** How many refused origins are logged. */
const TOLD_MAX = 20;

/** Decides which web pages may use this server: its own, and those of the configured front ends. */
export class OriginPolicy {
  readonly #frontends: ReadonlySet<string>;
  readonly #wildcards: readonly Wildcard[];
  readonly #publicOrigin: string | null;
  readonly #options: OriginOptions;
  readonly #told = new Set<string>();

  /** @param frontends origins as browsers send them, for example `https://app.example.com` or `https://*.example.com` */
  constructor(frontends: readonly string[], options: OriginOptions = {}) {
    this.#frontends = new Set(frontends.filter((one) => !one.includes('*')));
    this.#wildcards = frontends.filter((one) => one.includes('*')).map(wildcardOf);
    this.#publicOrigin = options.publicUrl ? new URL(options.publicUrl).origin : null;
    this.#options = options;
  }

  /**
   * Whether a request may be answered: it does not come from a page, or it comes from a page of this server or of a
   * front end.
   */
  allows(request: IncomingMessage): boolean {
    const { origin } = request.headers;
    if (origin === undefined || this.isFrontend(origin)) return true;
    if (this.#isOwn(origin, request)) return true;
    this.#tell(origin, request);
    return false;
  }

  /** Whether the origin is one of the front ends, so that CORS must allow it. */
  isFrontend(origin: string): boolean {
    const lower = origin.toLowerCase();
    if (this.#frontends.has(lower)) return true;
    const page = webPage(origin);
    if (page === null) return false;
    if (this.#frontends.has(page.origin)) return true;
    if (this.#options.development === true && isLoopback(page)) return true;
    return this.#wildcards.some(
      ({ protocol, suffix, port }) =>
        page.protocol === protocol && page.port === port && page.hostname.endsWith(suffix),
    );
  }

  /** The host that the client asked for, according to the proxies in front. */
  hostOf(request: IncomingMessage): string | undefined {
    return this.#options.proxies?.told(request, 'x-forwarded-host') ?? request.headers.host;
  }

  /** Whether a refused page may read the refusal: only in development, and only from the local network. */
  explains(origin: string): boolean {
    const page = this.#options.development === true ? webPage(origin) : null;
    return page !== null && isNear(page);
  }

  /**
   * Whether a page is of this server's own origin. The scheme may differ, because a proxy may end TLS without saying
   * so. But a page that was loaded without TLS is not a page of a server that is reached by TLS.
   */
  #isOwn(origin: string, request: IncomingMessage): boolean {
    const page = webPage(origin);
    if (page === null) return false;
    if (page.origin === this.#publicOrigin) return true;
    const scheme = this.#options.proxies?.told(request, 'x-forwarded-proto');
    if (scheme !== null && scheme !== undefined && page.protocol === 'http:') {
      if (/^(https|wss)$/i.test(scheme)) return false;
    }
    return hostUnder(page.protocol, this.hostOf(request)) === page.host;
  }

  #tell(origin: string, request: IncomingMessage): void {
    if (this.#options.development !== true || this.#told.size >= TOLD_MAX || this.#told.has(origin))
      return;
    this.#told.add(origin);
    const others = [...this.#frontends].map((one) => `${one},`).join('');
    this.#options.log?.warn(
      { origin: origin.slice(0, 200), host: this.hostOf(request)?.slice(0, 200) },
      `A page was refused because its origin is not allowed. To allow it, set FRONTEND_URL=${others}${origin.slice(0, 200)}`,
    );
  }
}

function webPage(origin: string): URL | null {
  if (!/^https?:\/\//i.test(origin) || !URL.canParse(origin)) return null;
  return new URL(origin);
}

/** A `Host` header in the form of a URL of this scheme: in lower case, without the default port. */
function hostUnder(protocol: string, host: string | undefined): string | null {
  if (host === undefined || !/^[^/?#@\\\s]+$/.test(host)) return null;
  const url = `${protocol}//${host}`;
  return URL.canParse(url) ? new URL(url).host : null;
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

/** Whether the host is one that cannot be on the public internet (RFC 1918, RFC 6761, RFC 6762). */
function isNear({ hostname }: URL): boolean {
  return (
    /^(10|127|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\.[\d.]+$/.test(hostname) ||
    /^\[(::1|f[cd]|fe[89ab])/.test(hostname) ||
    /(^[^.:]+|\.(localhost|local|test|internal))$/.test(hostname)
  );
}

function wildcardOf(pattern: string): Wildcard {
  const { protocol, hostname, port } = new URL(pattern.replace('*', 'any'));
  return { protocol, suffix: hostname.slice('any'.length), port };
}
