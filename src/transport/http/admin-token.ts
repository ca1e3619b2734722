import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ForbiddenError, RateLimitedError } from '../../domain/errors.ts';
import type { Throttle } from '../../domain/throttle.ts';

const HEADER = 'x-admin-token';

/** Recognises the operator of the server by a token in the header `X-Admin-Token`. */
export class AdminToken {
  readonly #digest: Buffer | null;
  readonly #failures: Throttle;

  /**
   * @param token null: nobody is let in
   * @param failures counts wrong tokens, by address
   */
  constructor(token: string | null, failures: Throttle) {
    this.#digest = token === null ? null : digestOf(token);
    this.#failures = failures;
  }

  /**
   * Resolves for a request with the token.
   *
   * @throws ForbiddenError, RateLimitedError if the address has sent too many wrong ones
   */
  async check(headers: IncomingHttpHeaders, address: string): Promise<void> {
    const given = headers[HEADER];
    if (this.#digest === null || typeof given !== 'string') throw new ForbiddenError(WANTED);
    // Digests are compared, so that the time does not depend on what was given.
    const right = timingSafeEqual(digestOf(given), this.#digest);
    // It is counted before it is answered, so that of many guesses at once only the allowed number is answered.
    const waitMs = await (right ? this.#failures.wait(address) : this.#failures.take(address));
    if (waitMs > 0) throw new RateLimitedError(waitMs, 'Too many wrong tokens; try again later.');
    if (!right) throw new ForbiddenError(WANTED);
  }
}

const WANTED = 'This needs the server’s admin token, in the header X-Admin-Token.';

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
