import { parseSetCookie } from 'cookie';
import { registerSecrets } from './kept-logs.ts';

/** A `fetch` that keeps cookies, as a page of the server's own origin does in a browser. */
export class CookieFetch {
  readonly #cookies = new Map<string, string>();
  /** Every request so far: `POST /graphql`. */
  readonly requests: string[] = [];

  /** The `Cookie` header; empty when there is none. */
  get header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    this.requests.push(`${request.method} ${new URL(request.url).pathname}`);
    if (this.#cookies.size > 0) request.headers.set('cookie', this.header);
    const response = await fetch(request);
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  };

  #keep(line: string): void {
    const { name, value, expires } = parseSetCookie(line);
    registerSecrets(value ?? '');
    if (value === undefined || (expires !== undefined && expires.getTime() <= Date.now())) {
      this.#cookies.delete(name);
    } else {
      this.#cookies.set(name, value);
    }
  }
}
