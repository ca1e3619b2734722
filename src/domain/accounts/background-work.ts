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
export class BackgroundWork {
  readonly #clock: Clock;
  readonly #onFailure: (error: unknown) => void;
  readonly #working = new Set<Promise<void>>();
  /** Starts each piece of work whose delay is not over yet. */
  readonly #waiting = new Set<() => void>();

  constructor(parts: { clock: Clock; onFailure: (error: unknown) => void }) {
    this.#clock = parts.clock;
    this.#onFailure = parts.onFailure;
  }

  /** @throws RateLimitedError if too much work is under way */
  add(work: () => Promise<void>): void {
    if (this.#working.size >= LIMIT) throw new RateLimitedError(10_000);
    const done: Promise<void> = this.#delay()
      .then(work)
      .catch(this.#onFailure)
      .finally(() => this.#working.delete(done));
    this.#working.add(done);
  }

  /** Starts at once what still waits, since a server that stops must not delay, and resolves when all work is done. */
  async settled(): Promise<void> {
    for (const begin of [...this.#waiting]) begin();
    await Promise.all(this.#working);
  }

  #delay(): Promise<void> {
    return new Promise((resolve) => {
      const begin = () => {
        this.#waiting.delete(begin);
        timer.cancel();
        resolve();
      };
      const timer = this.#clock.after(DELAY_MS, begin);
      this.#waiting.add(begin);
    });
  }
}
