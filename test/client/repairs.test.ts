import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Repairs } from '../../src/client/repairs.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function watched({
  polite = true,
  can = () => true,
}: {
  polite?: boolean;
  can?: () => boolean;
} = {}) {
  const begun = performance.now();
  const done: string[] = [];
  const act = (name: string) => () => {
    if (can()) done.push(`${name} at ${performance.now() - begun}`);
    return can();
  };
  const repairs = new Repairs({ polite, restart: act('restart'), rebuild: act('rebuild') });
  return { repairs, done };
}

it('restarts at once, then makes the connection anew, then both in turn with waits that grow', () => {
  const { repairs, done } = watched();
  repairs.needed();
  repairs.needed();
  vi.advanceTimersByTime(70_000);
  expect(done).toEqual([
    'restart at 0',
    'rebuild at 3000',
    'restart at 9000',
    'rebuild at 21000',
    'restart at 45000',
  ]);
  repairs.stop();
});

it('leaves the polite side some time, and more where that one has begun', () => {
  const { repairs, done } = watched({ polite: false });
  repairs.needed();
  vi.advanceTimersByTime(400);
  repairs.helped();
  vi.advanceTimersByTime(3_499);
  expect(done).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(done).toEqual(['restart at 3900']);
  repairs.stop();
});

it('begins anew when the network has changed, and is done when media flows', () => {
  const { repairs, done } = watched();
  repairs.needed();
  vi.advanceTimersByTime(3_500);
  repairs.anew();
  vi.advanceTimersByTime(0);
  expect(done).toEqual(['restart at 0', 'rebuild at 3000', 'restart at 3500']);
  repairs.done();
  vi.advanceTimersByTime(60_000);
  expect(done).toHaveLength(3);
  repairs.stop();
});

it('goes on soon when the transport came back after the first repair and media did not, and later with the same waits', () => {
  const { repairs, done } = watched();
  repairs.needed();
  vi.advanceTimersByTime(500);
  repairs.pause();
  vi.advanceTimersByTime(1_000);
  expect(done).toEqual(['restart at 0', 'rebuild at 1500']);
  vi.advanceTimersByTime(500);
  repairs.pause();
  vi.advanceTimersByTime(60_000);
  repairs.needed();
  vi.advanceTimersByTime(6_000);
  expect(done.slice(2)).toEqual(['restart at 68000']);
  repairs.stop();
});

it('leaves alone what works again, with media or without a repair', () => {
  const { repairs, done } = watched({ polite: false });
  repairs.needed();
  repairs.pause();
  vi.advanceTimersByTime(60_000);
  expect(done).toEqual([]);
  repairs.needed();
  vi.advanceTimersByTime(600);
  repairs.pause();
  vi.advanceTimersByTime(500);
  repairs.done();
  vi.advanceTimersByTime(60_000);
  expect(done).toHaveLength(1);
  repairs.stop();
});

it('does not count what could not be done, and does nothing once stopped', () => {
  let can = false;
  const { repairs, done } = watched({ can: () => can });
  repairs.needed();
  vi.advanceTimersByTime(4_000);
  can = true;
  vi.advanceTimersByTime(2_000);
  expect(done).toEqual(['restart at 6000']);
  repairs.stop();
  repairs.needed();
  vi.advanceTimersByTime(60_000);
  expect(done).toHaveLength(1);
});

it('makes the connection anew soon where a restart cannot help', () => {
  const { repairs, done } = watched();
  repairs.rebuildSoon();
  vi.advanceTimersByTime(0);
  expect(done).toEqual(['rebuild at 0']);
  repairs.stop();
});
