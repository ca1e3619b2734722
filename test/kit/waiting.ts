const WAIT_MS = 20_000;
const LOOK_EVERY_MS = 10;

/** Waits until `condition` holds, for changes without an event. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string | (() => string),
  waitMs = WAIT_MS,
): Promise<void> {
  const deadline = performance.now() + waitMs;
  while (!(await condition())) {
    if (performance.now() > deadline) {
      throw new Error(`Waited ${waitMs} ms for ${typeof what === 'string' ? what : what()}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** Lets tests wait for changes: every call of `tell` makes waiting conditions be checked again. */
export class Changes {
  #waiting: (() => void)[] = [];

  /** Call it after each change. */
  tell(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Waits until `condition` holds after some change; after `waitMs` it rejects and says what was missing. */
  async until(condition: () => boolean, what: () => string, waitMs = WAIT_MS): Promise<void> {
    const deadline = performance.now() + waitMs;
    while (!condition()) {
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`Waited ${waitMs} ms for ${what()}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }
}

/** Lets `ms` milliseconds pass: the pace of a sender or of a fault, never a way to wait for something. */
export function pace(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
