import type { Clock } from './clock.ts';

/** How often one line is written at most, in milliseconds. */
const EVERY_MS = 60_000;
/** How many different lines are remembered; others count as one. */
const KINDS_MAX = 100;

/**
 * Keeps a fault that lasts from filling the log: a line is written at once, and then at most once a minute, with how
 * often it was left out.
 */
export class RareLines {
  readonly #clock: Pick<Clock, 'elapsed'>;
  readonly #seen = new Map<string, { at: number; times: number }>();

  constructor(clock: Pick<Clock, 'elapsed'>) {
    this.#clock = clock;
  }

  /**
   * @param kind what makes two lines the same
   * @param write is called unless the line was written within the last minute; `times`: how often it has come since the
   *   last line, this time included
   */
  say(kind: string, write: (times: number) => void): void {
    const key = this.#seen.has(kind) || this.#seen.size < KINDS_MAX ? kind : '';
    const now = this.#clock.elapsed();
    const seen = this.#seen.get(key) ?? { at: Number.NEGATIVE_INFINITY, times: 0 };
    this.#seen.set(key, seen);
    seen.times += 1;
    if (now - seen.at < EVERY_MS) return;
    const { times } = seen;
    seen.at = now;
    seen.times = 0;
    write(times);
  }
}
