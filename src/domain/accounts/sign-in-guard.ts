import { RateLimitedError } from '../errors.ts';
import type { Throttle } from '../throttle.ts';
import { EMAIL_MAX_LENGTH } from './rules.ts';

const TOO_OFTEN = 'Too many failed attempts; try again later.';
const TOO_MANY_NEW = 'Too many new accounts from this network; try again later.';

/**
 * Counts failed sign-ins and other guesses, an account's and an address's, and makes who fails too often wait; and
 * registrations of an address.
 */
export class SignInGuard {
  readonly #accounts: Throttle;
  readonly #addresses: Throttle;
  readonly #registrations: Throttle;

  constructor(parts: { accounts: Throttle; addresses: Throttle; registrations: Throttle }) {
    this.#accounts = parts.accounts;
    this.#addresses = parts.addresses;
    this.#registrations = parts.registrations;
  }

  /**
   * Counts an attempt to prove a password, before the proof: so of many at once only as many are tried as may be.
   * Whether an account has this email makes no difference.
   *
   * @throws RateLimitedError
   */
  async attempt(email: string, address: string): Promise<void> {
    await this.passAddress(address);
    refuse(await this.#accounts.take(keyOf(email)), TOO_OFTEN);
  }

  /** The attempt has failed. */
  async failed(address: string): Promise<void> {
    await this.#addresses.take(address);
  }

  /** The password was proved, or replaced by the owner of the email. */
  async succeeded(email: string): Promise<void> {
    await this.#accounts.forget(keyOf(email));
  }

  /** @throws RateLimitedError where the address has failed too often */
  async passAddress(address: string): Promise<void> {
    refuse(await this.#addresses.wait(address), TOO_OFTEN);
  }

  /** Counts a registration, whatever comes of it. @throws RateLimitedError where the address has made too many */
  async register(address: string): Promise<void> {
    await this.passAddress(address);
    refuse(await this.#registrations.take(address), TOO_MANY_NEW);
  }
}

function refuse(waitMs: number, why: string): void {
  if (waitMs > 0) throw new RateLimitedError(waitMs, why);
}

// What is longer is no email of any account, and not worth the memory.
function keyOf(email: string): string {
  return email.slice(0, EMAIL_MAX_LENGTH + 1);
}
