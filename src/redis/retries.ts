import type { Clock } from '../domain/clock.ts';
import { UnavailableError } from '../domain/errors.ts';

/** How long to wait between two attempts, in milliseconds, unless Redis is back earlier. */
const PAUSE_MS = 1000;

/** Work that must be done: it is tried again each second, and at once when Redis is back. */
export class Retries {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Repeats the work until Redis has done it, and resolves then. Doing it twice must do no harm.
   *
   * @throws UnavailableError if this node stops first
   */
  async untilDone<Result>(work: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof UnavailableError) || this.#closed) throw error;
        await this.#pause();
      }
    }
  }

  /** Redis is back: tries everything now. */
  now(): void {
    for (const resolve of [...this.#waiting]) resolve();
  }

  /** Tries all waiting work a last time. */
  close(): void {
    this.#closed = true;
    this.now();
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        timer.cancel();
        this.#waiting.delete(done);
        resolve();
      };
      const timer = this.#clock.after(PAUSE_MS, done);
      this.#waiting.add(done);
    });
  }
}
