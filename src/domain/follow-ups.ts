import type { Clock } from './clock.ts';
import { UnavailableError } from './errors.ts';
import type { Eventual } from './eventual.ts';

/** How long what could not be done waits until it is tried again, in milliseconds. */
const AGAIN_MS = 1000;

/** Doing it twice does no harm. `late` says that there may have been a newer change meanwhile. */
export type FollowUp = (late: boolean) => Eventual<unknown>;

/**
 * Does what follows from a change that is stored: nobody can ask for it again, because asking again would change nothing.
 * If the store or Redis does not answer, the rest is done without anybody who waits, and again until it is done. What is
 * not done when the server ends is lost.
 */
export class FollowUps {
  readonly #clock: Pick<Clock, 'after'>;

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  /** Resolves when the steps are done in turn, or when the rest of them waits. Rejects with any other error of a step. */
  async run(steps: readonly FollowUp[]): Promise<void> {
    for (const [index, step] of steps.entries()) {
      try {
        await step(false);
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error;
        this.#later(steps.slice(index));
        return;
      }
    }
  }

  #later(steps: readonly FollowUp[]): void {
    this.#clock.after(AGAIN_MS, async () => {
      const left: FollowUp[] = [];
      for (const step of steps) {
        try {
          await step(true);
        } catch {
          left.push(step);
        }
      }
      if (left.length > 0) this.#later(left);
    });
  }
}
