/** What was sent within one time window. */
class Window {
  total = 0;
  readonly accounts = new Map<string, number>();
  readonly addresses = new Map<string, number>();
}

/**
 * Counts the bytes of the last time window: by account, by address, and in total. Times are the elapsed time of a clock, in
 * milliseconds.
 */
export class RecentBytes {
  readonly #windowMs: number;
  #current = new Window();
  #former = new Window();
  #since = 0;

  /** @param windowMs bytes count for at least this long, and for twice as long at most */
  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  total(now: number): number {
    this.#turn(now);
    return this.#current.total + this.#former.total;
  }

  ofAccount(accountId: string, now: number): number {
    this.#turn(now);
    const { accounts } = this.#current;
    return (accounts.get(accountId) ?? 0) + (this.#former.accounts.get(accountId) ?? 0);
  }

  ofAddress(address: string, now: number): number {
    this.#turn(now);
    const { addresses } = this.#current;
    return (addresses.get(address) ?? 0) + (this.#former.addresses.get(address) ?? 0);
  }

  add(accountId: string, address: string, bytes: number, now: number): void {
    this.#turn(now);
    const { accounts, addresses } = this.#current;
    this.#current.total += bytes;
    accounts.set(accountId, (accounts.get(accountId) ?? 0) + bytes);
    addresses.set(address, (addresses.get(address) ?? 0) + bytes);
  }

  #turn(now: number): void {
    if (now - this.#since < this.#windowMs) return;
    const follows = now - this.#since < 2 * this.#windowMs;
    this.#former = follows ? this.#current : new Window();
    this.#current = new Window();
    this.#since = now;
  }
}
