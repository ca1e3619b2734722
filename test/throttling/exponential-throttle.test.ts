import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ExponentialThrottle, memoryLimiters } from '../../src/throttling/exponential-throttle.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('some attempts are free, each further one waits twice as long', async () => {
  const throttle = new ExponentialThrottle(5);
  for (let i = 0; i < 5; i += 1) expect(await throttle.take('ann')).toBe(0);
  for (const seconds of [1, 2, 4, 8, 16]) {
    const waitMs = await throttle.take('ann');
    expect(waitMs).toBe(seconds * 1000);
    expect(await throttle.wait('ann')).toBe(waitMs);
    vi.advanceTimersByTime(waitMs - 1);
    expect(await throttle.take('ann')).toBe(1);
    vi.advanceTimersByTime(1);
    expect(await throttle.wait('ann')).toBe(0);
    expect(await throttle.take('ann')).toBe(0);
  }
});

test('of many attempts at once only the free ones go on, and the others do not count', async () => {
  const throttle = new ExponentialThrottle(5);
  const waits = await Promise.all(Array.from({ length: 100 }, () => throttle.take('ann')));
  expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(5);
  vi.advanceTimersByTime(1000);
  expect(await throttle.take('ann')).toBe(0);
  expect(await throttle.take('ann')).toBe(2000);
});

test('a wait has an end, and attempts are forgotten after an hour', async () => {
  const throttle = new ExponentialThrottle(1);
  let longest = 0;
  for (let i = 0; i < 12; i += 1) {
    const waitMs = await throttle.take('ann');
    longest = Math.max(longest, waitMs);
    vi.advanceTimersByTime(waitMs);
    if (waitMs > 0) await throttle.take('ann');
  }
  expect(longest).toBeLessThanOrEqual(900_000);
  vi.advanceTimersByTime(3_600_000);
  expect(await throttle.take('ann')).toBe(0);
});

test('keys are counted apart, and forgotten when asked', async () => {
  const throttle = new ExponentialThrottle(1);
  expect(await throttle.take('ann')).toBe(0);
  expect(await throttle.take('ann')).toBeGreaterThan(0);
  expect(await throttle.take('bob')).toBe(0);
  await throttle.forget('ann');
  expect(await throttle.wait('ann')).toBe(0);
  expect(await throttle.take('ann')).toBe(0);
});

test.each([-3_600_000, 3_600_000])(
  'a clock that is set by %i ms lets nobody in earlier and keeps nobody out longer',
  async (step) => {
    const throttle = new ExponentialThrottle(1);
    let waitMs = 0;
    while (waitMs < 60_000) {
      waitMs = await throttle.take('ann');
      if (waitMs > 0 && waitMs < 60_000) vi.advanceTimersByTime(waitMs);
    }
    vi.setSystemTime(Date.now() + step);
    expect(await throttle.wait('ann')).toBe(waitMs);
    expect(await throttle.take('ann')).toBe(waitMs);
    vi.advanceTimersByTime(waitMs);
    expect(await throttle.wait('ann')).toBe(0);
    expect(await throttle.take('ann')).toBe(0);
  },
);

test('an attempt that is given back was none, with the wait that it began', async () => {
  const throttle = new ExponentialThrottle(2);
  for (let i = 0; i < 10; i += 1) {
    expect(await throttle.take('ann')).toBe(0);
    await throttle.giveBack('ann');
  }
  expect(await throttle.take('ann')).toBe(0);
  expect(await throttle.take('ann')).toBe(0);
  expect(await throttle.take('ann')).toBeGreaterThan(0);
});

test('THROTTLE_KEYS: a counter remembers so many, and forgets who was quiet longest', async () => {
  const throttle = new ExponentialThrottle(1, memoryLimiters(100));
  await throttle.take('ann');
  expect(await throttle.wait('ann')).toBeGreaterThan(0);
  for (let i = 0; i < 99; i += 1) await throttle.take(`made up ${i}`);
  expect(await throttle.wait('ann')).toBeGreaterThan(0);
  for (let i = 0; i < 1000; i += 1) await throttle.take(`made up too ${i}`);
  expect(await throttle.wait('ann')).toBe(0);
  // What it remembers has its timers, and nothing else has.
  expect(vi.getTimerCount()).toBeLessThanOrEqual(200);
});
