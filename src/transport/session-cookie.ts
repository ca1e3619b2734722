import { parseCookie, stringifySetCookie } from 'cookie';
import { getDomain } from 'tldts';

/** As `newId` makes them. */
const DEVICE_ID = /^[0-9a-f]{16}$/;

/**
 * The cookie with a session's token. It is always httpOnly. In production it is also Secure, and bound to the host by
 * the name prefix `__Host-` (RFC 6265bis §4.1.3.2); with a path prefix the name begins with `__Secure-` instead.
 */
export class SessionCookie {
  readonly #name: string;
  readonly #deviceName: string;
  readonly #path: string;
  readonly #production: boolean;
  readonly #frontends: readonly string[];

  /**
   * @param name null: `peerql_session`, with the strictest prefix that fits
   * @param pathPrefix the prefix of every path, such as `/api`; a cookie named `__Host-…` is still sent for all paths
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

  /** The token in a `Cookie` header, if there is one. */
  read(header: string | undefined): string | null {
    return cookieIn(header, this.#name);
  }

  /** The `Set-Cookie` header that sets the token; `host` is the host of the request. */
  write(token: string, expires: Date, host: string | undefined): string {
    return this.#header(token, host, expires);
  }

  /** The `Set-Cookie` header that removes the token. */
  clear(host: string | undefined): string {
    return this.#header('', host, new Date(0));
  }

  /** The device id in a `Cookie` header, by which a banned guest is recognised; null if there is none. */
  readDevice(header: string | undefined): string | null {
    const id = cookieIn(header, this.#deviceName);
    return id !== null && DEVICE_ID.test(id) ? id : null;
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
      // Browsers send the cookie from a front end of another site only with None. Otherwise Lax keeps it off requests
      // of other sites.
      sameSite: crossSite ? 'none' : 'lax',
      // Without this, browsers that partition third-party cookies would not store it at all (CHIPS).
      partitioned: crossSite,
    });
  }
}

/** The first cookie of this name. The others are not read: a header may have thousands of them. */
function cookieIn(header: string | undefined, name: string): string | null {
  if (header === undefined) return null;
  const opening = `${name}=`;
  let at = header.indexOf(opening);
  while (at > 0 && !/[;\s]/.test(header.charAt(at - 1))) at = header.indexOf(opening, at + 1);
  if (at < 0) return null;
  const [own = ''] = header.slice(at).split(';', 1);
  return parseCookie(own)[name] ?? null;
}

/** Whether the origin and the host belong to one site, by the public suffix list. */
function isSameSite(origin: string, host: string | undefined): boolean {
  // Apps with built-in pages do not belong to a site.
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
