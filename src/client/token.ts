/** A token, or what gives one: called at every connect and, unless it signs in one WebSocket alone, every request. */
export type TokenSource = string | (() => string | null | Promise<string | null>);

/** The token that is sent, as whoever is signed in changes. */
export class CurrentToken {
  #source: TokenSource | null;

  constructor(source: TokenSource | null) {
    this.#source = source;
  }

  /** The token of now; null for the cookie. */
  readonly read = async (): Promise<string | null> =>
    typeof this.#source === 'function' ? await this.#source() : this.#source;

  /** As {@link CurrentToken.read}, where a function gives it; null where the token is always the same. */
  readonly fresh = async (): Promise<string | null> =>
    typeof this.#source === 'function' ? await this.#source() : null;

  /** Somebody has signed in, with a token of their own or with a cookie. */
  signedIn(issued: string | null): void {
    if (issued !== null || typeof this.#source !== 'function') this.#source = issued;
  }

  signedOut(): void {
    if (typeof this.#source !== 'function') this.#source = null;
  }
}

/** Whether a token signs in one WebSocket and nothing else. A session's token is a JWT, which has dots. */
export function isConnectionToken(token: string): boolean {
  return !token.includes('.');
}
