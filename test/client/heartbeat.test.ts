import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Heartbeat } from '../../src/client/heartbeat.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function watch() {
  const heart = { ping: vi.fn(), dead: vi.fn() };
  return { heart, heartbeat: new Heartbeat(heart, 10_000, 4_000) };
}

it('asks after silence, and gives up when no answer comes', () => {
  const { heart } = watch();
  vi.advanceTimersByTime(9_999);
  expect(heart.ping).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(heart.ping).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(3_999);
  expect(heart.dead).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(heart.dead).toHaveBeenCalledTimes(1);
});

it('leaves a connection alone on which anything arrives', () => {
  const { heart, heartbeat } = watch();
  for (let second = 0; second < 60; second += 5) {
    vi.advanceTimersByTime(5_000);
    heartbeat.heard();
  }
  expect(heart.ping).not.toHaveBeenCalled();
});

it('goes on after an answer', () => {
  const { heart, heartbeat } = watch();
  heart.ping.mockImplementation(() => setTimeout(() => heartbeat.heard(), 100));
  vi.advanceTimersByTime(60_000);
  expect(heart.ping.mock.calls.length).toBeGreaterThan(3);
  expect(heart.dead).not.toHaveBeenCalled();
});

it('asks at once when told that the network has changed', () => {
  const { heart, heartbeat } = watch();
  vi.advanceTimersByTime(1_000);
  heartbeat.probe();
  expect(heart.ping).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(4_000);
  expect(heart.dead).toHaveBeenCalledTimes(1);
});

it('stops', () => {
  const { heart, heartbeat } = watch();
  heartbeat.stop();
  vi.advanceTimersByTime(60_000);
  expect(heart.ping).not.toHaveBeenCalled();
});

it.each([-3_600_000, 3_600_000])('does not mind a clock that is set by %d ms', (by) => {
  const { heart, heartbeat } = watch();
  vi.setSystemTime(Date.now() + by);
  vi.advanceTimersByTime(5_000);
  heartbeat.heard();
  vi.setSystemTime(Date.now() - by);
  vi.advanceTimersByTime(9_999);
  expect(heart.ping).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(heart.ping).toHaveBeenCalledTimes(1);
  vi.setSystemTime(Date.now() + by);
  heartbeat.heard();
  vi.advanceTimersByTime(4_000);
  expect(heart.dead).not.toHaveBeenCalled();
});
