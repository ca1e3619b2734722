import type { Clock } from '../clock.ts';
import { RateLimitedError } from '../errors.ts';

/** Pieces of work at once. */
const LIMIT = 100;
/** Work begins when the answer to whoever asked for it has long left, in milliseconds. */
const DELAY_MS = 100;

/**
 * Does work that nobody waits for, so that how long an answer takes tells nothing of it: whether an email is known,
 * or whether the mail server is slow.
 */
export class Outbox {
  readonly #clock: Clock;
  readonly #onFailure: (error: unknown) => void;
  readonly #working = new Set<Promise<void>>();

  constructor(parts: { clock: Clock; onFailure: (error: unknown) => void }) {
    this.#clock = parts.clock;
    this.#onFailure = parts.onFailure;
  }

  /** @throws RateLimitedError where too much is under way */
  add(work: () => Promise<void>): void {
    if (this.#working.size >= LIMIT) throw new RateLimitedError(10_000);
    const begin = new Promise<void>((resolve) => this.#clock.after(DELAY_MS, resolve));
    const done: Promise<void> = begin
      .then(work)
      .catch(this.#onFailure)
      .finally(() => this.#working.delete(done));
    this.#working.add(done);
  }

  /** Resolves when what is under way is done. */
  async settled(): Promise<void> {
    await Promise.all(this.#working);
  }
}
