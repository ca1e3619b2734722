import { RateLimitedError } from '../errors.ts';
import type { Throttle } from '../throttle.ts';
import { countedAs, type KnownPlaces } from './known-places.ts';

/**
 * Keeps this server from flooding mailboxes: it counts the mails to one email, and the mails that one network address
 * asks for.
 */
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
   * Counts a mail that anybody may have asked for. Requests of strangers do not count against the addresses where the
   * owner has signed in before.
   *
   * @throws RateLimitedError
   */
  async pass(email: string, address: string): Promise<void> {
    // The address comes first: a request that is refused here does not reduce what the email's owner may ask for.
    refuse(await this.#addresses.take(address));
    // It counts whether or not the email is known: the answer must not reveal that.
    refuse(await this.#emails.take(await countedAs(this.#places, email, address)));
  }

  /**
   * Counts a mail that the email's owner asked for while signed in. Requests of anybody else do not count here. @throws
   * RateLimitedError
   */
  async passOwner(email: string, address: string): Promise<void> {
    refuse(await this.#addresses.take(address));
    refuse(await this.#emails.take(`owner of ${email}`));
  }

  /** Removes the email, because its account is deleted. */
  async forget(email: string): Promise<void> {
    await this.#emails.forget(email);
  }
}

function refuse(waitMs: number): void {
  if (waitMs > 0) throw new RateLimitedError(waitMs, 'Too many mails; try again later.');
}
