import { RateLimitedError } from '../errors.ts';
import type { Throttle } from '../throttle.ts';

/** Keeps this server from filling strangers' mailboxes: counts the mails to one email, and those one address asks for. */
export class MailGuard {
  readonly #emails: Throttle;
  readonly #addresses: Throttle;

  constructor(parts: { emails: Throttle; addresses: Throttle }) {
    this.#emails = parts.emails;
    this.#addresses = parts.addresses;
  }

  /** @throws RateLimitedError */
  async pass(email: string, address: string): Promise<void> {
    const waitMs = Math.max(
      await this.#addresses.take(address),
      // Counted whether or not the email is known: the answer must not tell.
      await this.#emails.take(email),
    );
    if (waitMs > 0) throw new RateLimitedError(waitMs, 'Too many mails; try again later.');
  }

  /** Keeps the email no longer: its account is deleted. */
  async forget(email: string): Promise<void> {
    await this.#emails.forget(email);
  }
}
