import { expect, test, vi } from 'vitest';
import type { Call } from '../src/client/index.ts';
import { readConfig } from '../src/config/config.ts';
import { CAMERAS_MOST, crowdWatch } from '../src/elements/crowd-watch.ts';

/** A call of so many people with cameras, and one without; `set` changes the number. */
function callOf(cameras: number) {
  const listeners = new Set<() => void>();
  const seen = (video: boolean) => ({ media: { video } });
  const snapshotOf = (count: number) => ({
    end: null,
    self: seen(count > 0),
    participants: [
      seen(false),
      ...Array.from({ length: Math.max(0, count - 1) }, () => seen(true)),
    ],
  });
  const call = {
    snapshot: snapshotOf(cameras),
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const set = (count: number) => {
    call.snapshot = snapshotOf(count);
    for (const listener of listeners) listener();
  };
  return { call: call as unknown as Call, set };
}

test('as many cameras as a call carries are no news, one more is, once', () => {
  const tell = vi.fn();
  const { call, set } = callOf(2);
  crowdWatch(call, tell);
  set(CAMERAS_MOST);
  expect(tell).not.toHaveBeenCalled();
  set(CAMERAS_MOST + 1);
  set(CAMERAS_MOST);
  set(CAMERAS_MOST + 2);
  expect(tell.mock.calls).toEqual([[CAMERAS_MOST]]);
});

test('who joins a call of many cameras is told as well', () => {
  const tell = vi.fn();
  crowdWatch(callOf(CAMERAS_MOST + 1).call, tell);
  expect(tell).toHaveBeenCalledOnce();
});

test('nothing is told after it was stopped', () => {
  const tell = vi.fn();
  const { call, set } = callOf(1);
  crowdWatch(call, tell)();
  set(CAMERAS_MOST + 1);
  expect(tell).not.toHaveBeenCalled();
});

test('a room holds no more by default', () => {
  expect(readConfig({}).limits.roomCapacity).toBe(CAMERAS_MOST);
});
