import type { Clock } from '../../domain/clock.ts';

/** How much faster or slower the time runs while it differs from the clock: by a hundredth. */
const SLEW = 0.01;

/**
 * The time that the logs of one process share, in milliseconds since the Unix epoch. If the clock is set, it neither jumps
 * nor goes back: it runs a little faster or slower until it agrees with the clock. It jumps forward only while nothing is
 * due in any log. So every deadline comes after as much time as it should, to a hundredth.
 */
export class LogTime {
  readonly #clock: Clock;
  #time: number;
  #elapsed: number;
  #waits = 0;
  #jumpedMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#time = clock.now();
    this.#elapsed = clock.elapsed();
  }

  /** By how much it has jumped forward so far, in milliseconds. */
  get jumpedMs(): number {
    return this.#jumpedMs;
  }

  now(): number {
    const elapsed = this.#clock.elapsed();
    const passed = elapsed - this.#elapsed;
    this.#elapsed = elapsed;
    this.#time += passed;
    const behind = this.#clock.now() - this.#time;
    if (behind > 0 && this.#waits === 0) {
      this.#time += behind;
      this.#jumpedMs += behind;
    } else this.#time += Math.min(Math.max(behind, -passed * SLEW), passed * SLEW);
    return Math.floor(this.#time);
  }

  /** Something is due in a log from now on. */
  beginWait(): void {
    this.#waits += 1;
  }

  /** It has happened, or is due no more. */
  endWait(): void {
    this.#waits -= 1;
  }
}
