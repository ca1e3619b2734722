import { parseCookie, stringifySetCookie } from 'cookie';
import { getDomain } from 'tldts';

/** As `newId` makes them. */
const DEVICE_ID = /^[0-9a-f]{16}$/;

/**
 * The cookie that carries a session's token: httpOnly always; in production Secure and bound to the host by its
 * `__Host-` prefix (RFC 6265bis §4.1.3.2), or under a path prefix to that by `__Secure-`.
 */
export class SessionCookie {
  readonly #name: string;
  readonly #deviceName: string;
  readonly #path: string;
  readonly #production: boolean;
  readonly #frontends: readonly string[];

  /**
   * @param name null: `peerql_session`, with the strictest prefix that fits
   * @param pathPrefix what stands before every path, such as `/api`; a name with `__Host-` is sent for all paths
   */
  constructor(
    production: boolean,
    frontends: readonly string[],
    name: string | null = null,
    pathPrefix = '',
  ) {
    const prefix = production ? (pathPrefix === '' ? '__Host-' : '__Secure-') : '';
    this.#name = name ?? `${prefix}peerql_session`;
    this.#deviceName = `${prefix}peerql_device`;
    this.#path = /^__host-/i.test(this.#name) || pathPrefix === '' ? '/' : pathPrefix;
    this.#production = production;
    this.#frontends = frontends;
  }

  /** The token in a `Cookie` header, if one is. */
  read(header: string | undefined): string | null {
    return (header === undefined ? undefined : parseCookie(header)[this.#name]) ?? null;
  }

  /** The `Set-Cookie` header that hands the token over; `host` is the request's own. */
  write(token: string, expires: Date, host: string | undefined): string {
    return this.#header(token, host, expires);
  }

  /** The `Set-Cookie` header that takes the token back. */
  clear(host: string | undefined): string {
    return this.#header('', host, new Date(0));
  }

  /** The id of the device in a `Cookie` header, by which a banned guest is known again; null where it has none. */
  readDevice(header: string | undefined): string | null {
    const id = header === undefined ? undefined : parseCookie(header)[this.#deviceName];
    return id !== undefined && DEVICE_ID.test(id) ? id : null;
  }

  /** The `Set-Cookie` header that gives a device its id. */
  writeDevice(id: string, expires: Date, host: string | undefined): string {
    return this.#header(id, host, expires, this.#deviceName);
  }

  #header(
    value: string,
    host: string | undefined,
    expires: Date,
    name: string = this.#name,
  ): string {
    const crossSite =
      this.#production && this.#frontends.some((origin) => !isSameSite(origin, host));
    return stringifySetCookie({
      name,
      value,
      expires,
      path: this.#path,
      httpOnly: true,
      secure: this.#production,
      // A front end of another site gets the cookie only with None; everywhere else Lax keeps it off foreign requests.
      sameSite: crossSite ? 'none' : 'lax',
      // Without it browsers that keep third-party cookies apart would not store it at all (CHIPS).
      partitioned: crossSite,
    });
  }
}

/** Whether the origin and the host belong to one site, by the public suffix list. */
function isSameSite(origin: string, host: string | undefined): boolean {
  // Applications that bring their pages along are no part of a site.
  if (host === undefined || !/^https?:/.test(origin)) return false;
  const [one, other] = [siteOf(origin.replace('*', 'any')), siteOf(`https://${host}`)];
  return one === other;
}

function siteOf(url: string): string | null {
  return (
    getDomain(url, { allowPrivateDomains: true }) ??
    (URL.canParse(url) ? new URL(url).hostname : null)
  );
}
