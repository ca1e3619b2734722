import type { Clock, Timer } from './clock.ts';
import { UnavailableError } from './errors.ts';
import type { Eventual } from './eventual.ts';

/** How long what could not be done waits until it is tried again, in milliseconds. */
const AGAIN_MS = 1000;

/** Doing it twice does no harm. `late` says that there may have been a newer change meanwhile. */
export type FollowUp = (late: boolean) => Eventual<unknown>;

/**
 * Does what follows from a change that is stored: nobody can ask for it again, because asking again would change nothing.
 * If the store or Redis does not answer, the rest is done without anybody who waits, and again until it is done. What
 * cannot be done until the server ends is lost.
 */
export class FollowUps {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #onFailure: (error: unknown) => void;
  readonly #waiting = new Map<Timer, readonly FollowUp[]>();

  /** @param parts.onFailure called with an error other than an outage, if nobody waits any more; the step is left out */
  constructor(parts: { clock: Pick<Clock, 'after'>; onFailure: (error: unknown) => void }) {
    this.#clock = parts.clock;
    this.#onFailure = parts.onFailure;
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

  /** Tries once more what waits, because the server stops. */
  async settled(): Promise<void> {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [timer] of waiting) timer.cancel();
    await Promise.all(waiting.map(([, steps]) => this.#again(steps)));
  }

  #later(steps: readonly FollowUp[]): void {
    const timer = this.#clock.after(AGAIN_MS, async () => {
      this.#waiting.delete(timer);
      const left = await this.#again(steps);
      if (left.length > 0) this.#later(left);
    });
    this.#waiting.set(timer, steps);
  }

  /** Resolves to the steps that still cannot be done. */
  async #again(steps: readonly FollowUp[]): Promise<FollowUp[]> {
    const left: FollowUp[] = [];
    for (const step of steps) {
      try {
        await step(true);
      } catch (error) {
        if (error instanceof UnavailableError) left.push(step);
        else this.#onFailure(error);
      }
    }
    return left;
  }
}
