/**
 * A difference of at least this counts as a clock that was set, and not as a process that was paused. In milliseconds.
 */
const STEP_MS = 60_000;

/**
 * Notices that the clock of the machine was set, by being told the time at regular intervals, and says how much time has
 * really passed since a moment.
 */
export class WallSteps {
  readonly #everyMs: number;
  #last: number;
  readonly #forward: { readonly before: number; readonly by: number }[] = [];

  constructor(everyMs: number, now: number) {
    this.#everyMs = everyMs;
    this.#last = now;
  }

  /** Must be called every `everyMs`. Answers whether the clock was set since the last call. */
  tick(now: number): boolean {
    const before = this.#last;
    const by = now - before - this.#everyMs;
    this.#last = now;
    if (Math.abs(by) < STEP_MS) return false;
    if (by > 0) this.#forward.push({ before, by });
    // The clock was set back, so steps that were noted after this time have not happened yet.
    else while ((this.#forward.at(-1)?.before ?? now) > now) this.#forward.pop();
    return true;
  }

  /** How long ago a moment of the wall clock was, in milliseconds; 0 for a moment in the future. */
  since(moment: number, now: number): number {
    const steps = this.#forward.filter(({ before }) => before >= moment);
    return Math.max(
      0,
      steps.reduce((age, { by }) => age - by, now - moment),
    );
  }
}
