/**
 * A token, or a function that returns one. The function is called for every connection and, unless it returns connection
 * tokens, for every request.
 */
export type TokenSource = string | (() => string | null | Promise<string | null>);

/** The token to send. It changes when somebody signs in or out. */
export class CurrentToken {
  #source: TokenSource | null;

  constructor(source: TokenSource | null) {
    this.#source = source;
  }

  /** The current token; null to rely on the cookie. */
  readonly read = async (): Promise<string | null> =>
    typeof this.#source === 'function' ? tokenFrom(await this.#source()) : this.#source;

  /** A fresh token, if a function provides tokens; null for a fixed token. */
  readonly fresh = async (): Promise<string | null> =>
    typeof this.#source === 'function' ? tokenFrom(await this.#source()) : null;

  /** Somebody has signed in, with a token of their own or with a cookie. */
  signedIn(issued: string | null): void {
    if (issued !== null || typeof this.#source !== 'function') this.#source = issued;
  }

  signedOut(): void {
    if (typeof this.#source !== 'function') this.#source = null;
  }
}

/** What the page's function gave, which may be without types. @throws {TypeError} for anything that is no token */
function tokenFrom(given: unknown): string | null {
  if (typeof given === 'string') return given || null;
  if (given === undefined || given === null) return null;
  throw new TypeError('A token has to be a text.');
}

/** Whether a token signs in one WebSocket only. A session's token is a JWT, which has dots. */
export function isConnectionToken(token: string): boolean {
  return !token.includes('.');
}
