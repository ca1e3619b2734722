import { type Clock, systemClock } from '../../src/domain/clock.ts';

interface StillClock extends Clock {
  /** Lets so much time pass; timers do not notice. */
  move(ms: number): void;
  /** Sets the wall clock forward or back, as an operator does: no time passes. */
  set(ms: number): void;
}

/** A clock that stands still until it is moved. Timers run by the machine's. */
export function stillClock(): StillClock {
  let passed = 0;
  let now = Date.now();
  return {
    ...systemClock,
    now: () => now,
    elapsed: () => passed,
    move(ms) {
      passed += ms;
      now += ms;
    },
    set(ms) {
      now += ms;
    },
  };
}
