import { RateLimitedError } from '../errors.ts';
import type { Throttle } from '../throttle.ts';
import { countedAs, type KnownPlaces } from './known-places.ts';

/** Keeps this server from filling strangers' mailboxes: counts the mails to one email, and those one address asks for. */
export class MailGuard {
  readonly #emails: Throttle;
  readonly #addresses: Throttle;
  readonly #places: KnownPlaces;

  constructor(parts: { emails: Throttle; addresses: Throttle; places: KnownPlaces }) {
    this.#emails = parts.emails;
    this.#addresses = parts.addresses;
    this.#places = parts.places;
  }

  /**
   * Whoever asks for it. What strangers ask for does not count where the owner has signed in before.
   *
   * @throws RateLimitedError
   */
  async pass(email: string, address: string): Promise<void> {
    // First of all: who is refused here takes nothing from what the email's owner may ask for.
    refuse(await this.#addresses.take(address));
    // Counted whether or not the email is known: the answer must not tell.
    refuse(await this.#emails.take(await countedAs(this.#places, email, address)));
  }

  /** For the email's owner, who is signed in: what anybody else asks for does not count. @throws RateLimitedError */
  async passOwner(email: string, address: string): Promise<void> {
    refuse(await this.#addresses.take(address));
    refuse(await this.#emails.take(`owner of ${email}`));
  }

  /** Keeps the email no longer: its account is deleted. */
  async forget(email: string): Promise<void> {
    await this.#emails.forget(email);
  }
}

function refuse(waitMs: number): void {
  if (waitMs > 0) throw new RateLimitedError(waitMs, 'Too many mails; try again later.');
}
