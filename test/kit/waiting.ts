const WAIT_MS = 20_000;
const LOOK_EVERY_MS = 10;

/** Waits until `condition` holds, for what no event tells of. */
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

/** Lets `ms` milliseconds pass: the pace of a sender or of a fault, never a way to wait for something. */
export function pace(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
