import { RateLimitedError } from '../errors.ts';
import type { Throttle } from '../throttle.ts';
import { EMAIL_MAX_LENGTH } from './rules.ts';

const TOO_OFTEN = 'Too many failed attempts; try again later.';

/** Counts failed sign-ins and other guesses, an account's and an address's, and makes who fails too often wait. */
export class SignInGuard {
  readonly #accounts: Throttle;
  readonly #addresses: Throttle;

  constructor(parts: { accounts: Throttle; addresses: Throttle }) {
    this.#accounts = parts.accounts;
    this.#addresses = parts.addresses;
  }

  /**
   * Counts an attempt to prove a password, before the proof: so of many at once only as many are tried as may be.
   * Whether an account has this email makes no difference.
   *
   * @throws RateLimitedError
   */
  async attempt(email: string, address: string): Promise<void> {
    await this.passAddress(address);
    refuse(await this.#accounts.take(keyOf(email)));
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
    refuse(await this.#addresses.wait(address));
  }
}

function refuse(waitMs: number): void {
  if (waitMs > 0) throw new RateLimitedError(waitMs, TOO_OFTEN);
}

// What is longer is no email of any account, and not worth the memory.
function keyOf(email: string): string {
  return email.slice(0, EMAIL_MAX_LENGTH + 1);
}
