/** Decides which web pages may talk to this server: its own, and those of the configured front ends. */
export class OriginPolicy {
  readonly #frontends: ReadonlySet<string>;

  /** @param frontends origins as browsers send them, for example `https://app.example.com` */
  constructor(frontends: readonly string[]) {
    this.#frontends = new Set(frontends);
  }

  /**
   * Whether a request of this origin to this host is allowed. The scheme of the server's own origin is left open,
   * since a proxy may have ended TLS.
   *
   * @param origin the `Origin` header; undefined where there is none, as from programs that are not browsers
   * @param host the `Host` header
   */
  allows(origin: string | undefined, host: string | undefined): boolean {
    return origin === undefined || this.#frontends.has(origin) || isSame(origin, host);
  }

  /** Whether the origin is one of the front ends, so that CORS must let it in. */
  isFrontend(origin: string): boolean {
    return this.#frontends.has(origin);
  }
}

function isSame(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const url = new URL(origin);
  return (url.protocol === 'https:' || url.protocol === 'http:') && url.host === host.toLowerCase();
}
