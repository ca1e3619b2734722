import { type Clock, SKEWED_MS } from '../../domain/clock.ts';

/** Time to notice that a clock was set wrongly, and to set it right, in milliseconds. */
const DOUBTED_MS = 86_400_000;

/**
 * Notices that the machine's clock is set while the process runs. A new time counts as right once it has lasted for a
 * day. A machine that was asleep seems to have been set forward.
 */
export class ClockWatch {
  readonly #clock: Clock;
  /** What the clock showed as the process began, in milliseconds. */
  #origin: number;
  /** By how much the clock is doubted, and since when; null: it is not. */
  #doubt: { readonly aheadMs: number; readonly since: number } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#origin = clock.now() - clock.elapsed();
  }

  /** Whether the clock was set by more than `SKEWED_MS` within the last day, and not set back. Ask every few minutes. */
  wasSet(): boolean {
    const elapsed = this.#clock.elapsed();
    const aheadMs = this.#clock.now() - elapsed - this.#origin;
    if (Math.abs(aheadMs) <= SKEWED_MS) {
      this.#doubt = null;
      return false;
    }
    if (this.#doubt === null || Math.abs(aheadMs - this.#doubt.aheadMs) > SKEWED_MS) {
      this.#doubt = { aheadMs, since: elapsed };
    }
    if (elapsed - this.#doubt.since < DOUBTED_MS) return true;
    this.#origin += aheadMs;
    this.#doubt = null;
    return false;
  }
}
