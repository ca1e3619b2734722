import { expect, test } from 'vitest';
import { SKEWED_MS, systemClock } from '../../src/domain/clock.ts';
import { ClockWatch } from '../../src/store/sqlite/clock-watch.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A watch, the time that has passed, and by how much the clock was set. */
function begin() {
  const now = { elapsed: 5000, setMs: 0 };
  const wall = () => 1_800_000_000_000 + now.elapsed + now.setMs;
  const watch = new ClockWatch({ ...systemClock, now: wall, elapsed: () => now.elapsed });
  return { watch, now };
}

test('a clock that nobody sets is trusted, however long', () => {
  const { watch, now } = begin();
  for (let hours = 0; hours < 100; hours += 1) {
    now.elapsed += HOUR_MS;
    expect(watch.wasSet()).toBe(false);
  }
});

test('small corrections are not doubted', () => {
  const { watch, now } = begin();
  now.setMs = SKEWED_MS;
  expect(watch.wasSet()).toBe(false);
  now.setMs = SKEWED_MS + 1;
  expect(watch.wasSet()).toBe(true);
});

test.each([HOUR_MS, -HOUR_MS, 400 * DAY_MS])(
  'a clock that is set by %d ms is doubted until it is set right',
  (setMs) => {
    const { watch, now } = begin();
    now.setMs = setMs;
    expect(watch.wasSet()).toBe(true);
    now.elapsed += HOUR_MS;
    expect(watch.wasSet()).toBe(true);
    now.setMs = 0;
    expect(watch.wasSet()).toBe(false);
  },
);

test('a new time counts as right after a day, and another one is doubted for a day of its own', () => {
  const { watch, now } = begin();
  now.setMs = HOUR_MS;
  expect(watch.wasSet()).toBe(true);
  now.elapsed += DAY_MS - 1;
  expect(watch.wasSet()).toBe(true);
  now.setMs = 2 * HOUR_MS;
  expect(watch.wasSet()).toBe(true);
  now.elapsed += DAY_MS - 1;
  expect(watch.wasSet()).toBe(true);
  now.elapsed += 1;
  expect(watch.wasSet()).toBe(false);
  now.setMs = 0;
  expect(watch.wasSet()).toBe(true);
});
