import type { Clock } from '../clock.ts';
import { RateLimitedError } from '../errors.ts';

/** How many pieces of work may be under way at once. */
const LIMIT = 100;
/** How long the work waits, in milliseconds: the answer to the request has been sent by then. */
const DELAY_MS = 100;

/**
 * Does work that no request waits for. So the time an answer takes does not reveal whether an email is known, or
 * whether the mail server is slow.
 */
export class Outbox {
  readonly #clock: Clock;
  readonly #onFailure: (error: unknown) => void;
  readonly #working = new Set<Promise<void>>();

  constructor(parts: { clock: Clock; onFailure: (error: unknown) => void }) {
    this.#clock = parts.clock;
    this.#onFailure = parts.onFailure;
  }

  /** @throws RateLimitedError if too much work is under way */
  add(work: () => Promise<void>): void {
    if (this.#working.size >= LIMIT) throw new RateLimitedError(10_000);
    const begin = new Promise<void>((resolve) => this.#clock.after(DELAY_MS, resolve));
    const done: Promise<void> = begin
      .then(work)
      .catch(this.#onFailure)
      .finally(() => this.#working.delete(done));
    this.#working.add(done);
  }

  /** Resolves when the work that is under way is done. */
  async settled(): Promise<void> {
    await Promise.all(this.#working);
  }
}
