import { createHmac } from 'node:crypto';
import type { Clock } from '../clock.ts';

/** The fields of `RTCIceServer`. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username: string | null;
  readonly credential: string | null;
}

export interface IceServers {
  readonly servers: readonly IceServer[];
  /** When the credentials in it stop working; null when there are none. */
  readonly expiresAt: Date | null;
}

export interface IceServerOptions {
  readonly stunUrls: readonly string[];
  readonly turn: {
    readonly urls: readonly string[];
    /** Shared with the TURN server (`static-auth-secret` of coturn). */
    readonly secret: string;
    readonly ttlMs: number;
  } | null;
}

/**
 * Hands out STUN and TURN servers. TURN credentials are made for one account and a limited time, by the TURN REST
 * scheme (draft-uberti-behave-turn-rest-00): user name `<expiry>:<account>`, credential base64(HMAC-SHA1).
 */
export class IceServerIssuer {
  readonly #options: IceServerOptions;
  readonly #clock: Clock;

  constructor(options: IceServerOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  /** Only the STUN servers, which are open to everybody. */
  open(): IceServers {
    const { stunUrls } = this.#options;
    const servers =
      stunUrls.length > 0 ? [{ urls: stunUrls, username: null, credential: null }] : [];
    return { servers, expiresAt: null };
  }

  issue(accountId: string): IceServers {
    const { turn } = this.#options;
    const servers: IceServer[] = [...this.open().servers];
    if (turn === null) return { servers, expiresAt: null };
    const expirySeconds = Math.floor((this.#clock.now() + turn.ttlMs) / 1000);
    const username = `${expirySeconds}:${accountId}`;
    const credential = createHmac('sha1', turn.secret).update(username).digest('base64');
    servers.push({ urls: turn.urls, username, credential });
    return { servers, expiresAt: new Date(expirySeconds * 1000) };
  }
}
