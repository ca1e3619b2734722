import { RateLimitedError } from '../errors.ts';
import type { Throttle } from '../throttle.ts';

/** Counts requests for rooms that do not exist, by account and by address. */
export class RoomGuesses {
  readonly #accounts: Throttle;
  readonly #addresses: Throttle;

  constructor(parts: { readonly accounts: Throttle; readonly addresses: Throttle }) {
    this.#accounts = parts.accounts;
    this.#addresses = parts.addresses;
  }

  /**
   * Looks for something, unless the account or the address has guessed wrong too often. Of many guesses at once, only
   * the allowed number is answered: after the lookup it asks again, and keeps a result beyond the limit to itself.
   *
   * @param accountId null for somebody who is not signed in
   * @throws RateLimitedError
   */
  async guess<T>(
    accountId: string | null,
    address: string,
    look: () => Promise<T | null>,
  ): Promise<T | null> {
    await this.#mayAsk(accountId, address);
    const found = await look();
    if (found !== null) {
      await this.#mayAsk(accountId, address);
      return found;
    }
    refuse(await this.#addresses.take(address));
    if (accountId !== null) refuse(await this.#accounts.take(accountId));
    return null;
  }

  async #mayAsk(accountId: string | null, address: string): Promise<void> {
    const waits = await Promise.all([
      accountId === null ? 0 : this.#accounts.wait(accountId),
      this.#addresses.wait(address),
    ]);
    refuse(Math.max(...waits));
  }
}

/** @throws RateLimitedError if there is a time to wait */
function refuse(waitMs: number): void {
  if (waitMs > 0) throw new RateLimitedError(waitMs, 'Too many unknown rooms; try again later.');
}
