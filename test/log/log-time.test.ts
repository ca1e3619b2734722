import { expect, test } from 'vitest';
import { LogTime } from '../../src/log/memory/log-time.ts';
import { ManualClock } from '../kit/manual-clock.ts';

const HOUR_MS = 3_600_000;

test.each([HOUR_MS, -HOUR_MS])(
  'while something is due, time runs on to a hundredth after the clock is set by %i ms, until both agree',
  async (step) => {
    const clock = new ManualClock();
    const time = new LogTime(clock);
    time.beginWait();
    const from = time.now();
    clock.jump(step);
    expect(time.now()).toBe(from);
    await clock.advance(HOUR_MS);
    expect(time.now() - from).toBeCloseTo(HOUR_MS * (1 + Math.sign(step) / 100), -1);
    for (let hour = 0; hour < 100; hour += 1) {
      const before = time.now();
      await clock.advance(HOUR_MS);
      expect(time.now()).toBeGreaterThan(before);
    }
    expect(time.now()).toBe(clock.now());
  },
);

test('while nothing is due, it follows a clock that is set forward, and never goes back', async () => {
  const clock = new ManualClock();
  const time = new LogTime(clock);
  clock.jump(HOUR_MS);
  expect(time.now()).toBe(clock.now());
  const before = time.now();
  clock.jump(-HOUR_MS);
  expect(time.now()).toBe(before);
  time.beginWait();
  clock.jump(2 * HOUR_MS);
  expect(time.now()).toBe(before);
  time.endWait();
  expect(time.now()).toBe(clock.now());
});
