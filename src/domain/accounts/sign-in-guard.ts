import { RateLimitedError } from '../errors.ts';
import type { Throttle } from '../throttle.ts';
import { countedAs, type KnownPlaces } from './known-places.ts';
import { EMAIL_MAX_LENGTH } from './rules.ts';

const TOO_OFTEN = 'Too many failed attempts; try again later.';
const TOO_MANY_NEW = 'Too many new accounts from this network; try again later.';

/**
 * Counts failed sign-ins and other guesses for each account and each address, and makes those who fail too often wait.
 * It also counts the registrations of each address. A guess is counted before it is tried, and the count is given back
 * if it was right: of many guesses at once, only the allowed number is tried.
 */
export class SignInGuard {
  readonly #accounts: Throttle;
  readonly #addresses: Throttle;
  readonly #registrations: Throttle;
  readonly #places: KnownPlaces;

  constructor(parts: {
    accounts: Throttle;
    addresses: Throttle;
    registrations: Throttle;
    places: KnownPlaces;
  }) {
    this.#places = parts.places;
    this.#accounts = parts.accounts;
    this.#addresses = parts.addresses;
    this.#registrations = parts.registrations;
  }

  /**
   * Runs an attempt to prove a password, unless the account or the address has failed too often. It makes no difference
   * whether an account has this email. Failures of strangers do not count against the addresses where the owner has
   * signed in before.
   *
   * @param prove resolves to null if the password is wrong; if it rejects, nothing was tried
   * @throws RateLimitedError
   */
  async attempt<T>(
    email: string,
    address: string,
    prove: () => Promise<T | null>,
  ): Promise<T | null> {
    return this.guess(address, async () => {
      const key = await countedAs(this.#places, keyOf(email), address);
      refuse(await this.#accounts.take(key), TOO_OFTEN);
      let proved: T | null;
      try {
        proved = await prove();
      } catch (error) {
        await this.#accounts.giveBack(key);
        throw error;
      }
      if (proved !== null) {
        await this.#accounts.forget(key);
        await this.remember(email, address);
      }
      return proved;
    });
  }

  /**
   * Runs a guess at something secret, unless the address has failed too often.
   *
   * @param run resolves to null if the guess is wrong; if it rejects, nothing was tried
   * @throws RateLimitedError
   */
  async guess<T>(address: string, run: () => Promise<T | null>): Promise<T | null> {
    refuse(await this.#addresses.take(address), TOO_OFTEN);
    let found: T | null;
    try {
      found = await run();
    } catch (error) {
      await this.#addresses.giveBack(address);
      throw error;
    }
    if (found !== null) await this.#addresses.giveBack(address);
    return found;
  }

  /** Counts a guess whose answer has not been sent yet. @throws RateLimitedError if the answer must not be sent */
  async failed(address: string): Promise<void> {
    refuse(await this.#addresses.take(address), TOO_OFTEN);
  }

  /** Forgets the failures of an account: its owner has replaced the password, or it is deleted. */
  async forget(email: string): Promise<void> {
    await this.#accounts.forget(keyOf(email));
  }

  /** Notes that the owner of the email is at this address. */
  async remember(email: string, address: string): Promise<void> {
    await this.#places.remember(keyOf(email), address);
  }

  /** Counts a registration, whether it succeeds or not. @throws RateLimitedError if the address has made too many */
  async register(address: string): Promise<void> {
    refuse(await this.#addresses.wait(address), TOO_OFTEN);
    refuse(await this.#registrations.take(address), TOO_MANY_NEW);
  }
}

function refuse(waitMs: number, why: string): void {
  if (waitMs > 0) throw new RateLimitedError(waitMs, why);
}

// No account has a longer email, so the rest is not worth the memory.
function keyOf(email: string): string {
  return email.slice(0, EMAIL_MAX_LENGTH + 1);
}
