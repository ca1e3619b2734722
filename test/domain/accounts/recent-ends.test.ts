import { expect, test } from 'vitest';
import { RecentEnds } from '../../../src/domain/accounts/recent-ends.ts';
import { ManualClock } from '../../kit/manual-clock.ts';

test.each([3_600_000, -3_600_000])(
  'an end is remembered for minutes and no longer, though the clock is set by %i ms',
  async (step) => {
    const clock = new ManualClock();
    const ends = new RecentEnds(clock);
    ends.add('a session');
    clock.jump(step);
    ends.add('another');
    expect(ends.has('a session')).toBe(true);
    await clock.advance(300_000);
    ends.add('a third');
    expect(['a session', 'another', 'a third'].map((id) => ends.has(id))).toEqual([
      false,
      false,
      true,
    ]);
  },
);
