import type { Clock, Timer } from '../../src/domain/clock.ts';

interface Pending {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that stands still until the test moves it. */
export class ManualClock implements Clock {
  #now: number;
  #timers: Pending[] = [];

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  elapsed(): number {
    return this.#passed;
  }

  after(delayMs: number, run: () => void): Timer {
    // Timers use elapsed time, like those of the machine: a jump of the clock does not move them.
    const pending = { at: this.#passed + delayMs, run };
    this.#timers.push(pending);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((timer) => timer !== pending);
      },
    };
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#timers.length;
  }

  #passed = 0;

  /** Lets time pass, and runs the timers that are due, each at its time. */
  async advance(byMs: number): Promise<void> {
    const end = this.#passed + byMs;
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= end).sort((one, two) => one.at - two.at)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#pass(Math.max(0, due.at - this.#passed));
      due.run();
      // Microtasks that the timer started also run at its time.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#pass(end - this.#passed);
  }

  /** Sets the wall clock forward or back, without letting time pass. */
  jump(byMs: number): void {
    this.#now += byMs;
  }

  /** Lets time pass without running a timer, as in a process that stands still. */
  standStill(forMs: number): void {
    this.#pass(forMs);
  }

  #pass(ms: number): void {
    this.#passed += ms;
    this.#now += ms;
  }
}
