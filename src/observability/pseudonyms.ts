import { createHmac, hkdfSync } from 'node:crypto';

/** Characters of a pseudonym: 72 bits, so that no two of a log are the same. */
const LENGTH = 12;

/**
 * Names for users, sessions and addresses that tell nobody who they are without the server's secret, and are the same
 * on every node that has it: so that lines of a log can be put together.
 */
export class Pseudonyms {
  readonly #key: Buffer;

  /** @param secret that signs tokens; a key of its own is derived from it (RFC 5869) */
  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'peerql log pseudonyms', 32));
  }

  of(id: string): string {
    return createHmac('sha256', this.#key).update(id).digest('base64url').slice(0, LENGTH);
  }
}
