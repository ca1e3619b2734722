import { createHmac, hkdfSync } from 'node:crypto';

/** Characters of a pseudonym. 72 bits, so that two in a log are not the same by chance. */
const LENGTH = 12;

/**
 * Names for users, sessions and addresses that do not reveal who they are to anybody without the server's secret. They
 * are the same on every node with that secret, so that lines of several logs can be matched.
 */
export class Pseudonyms {
  readonly #key: Buffer;

  /** @param secret the secret that signs tokens; a separate key is derived from it (RFC 5869) */
  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'peerql log pseudonyms', 32));
  }

  of(id: string): string {
    return createHmac('sha256', this.#key).update(id).digest('base64url').slice(0, LENGTH);
  }
}
