/** A timer that can be cancelled. */
export interface Timer {
  cancel(): void;
}

/** The only source of time in the domain, so that tests can set it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds since some moment, which nobody can set. */
  elapsed(): number;
  /** Calls `run` once, `delayMs` milliseconds from now. A timer never keeps the process alive. */
  after(delayMs: number, run: () => void): Timer;
}

/** If the clocks of two machines differ by more than this, one of them is wrong. In milliseconds. */
export const SKEWED_MS = 30_000;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(delayMs, run) {
    const handle = setTimeout(run, delayMs);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};
