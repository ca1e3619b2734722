import { expect, test } from 'vitest';
import { BackgroundWork } from '../../../src/domain/accounts/background-work.ts';
import { ManualClock } from '../../kit/manual-clock.ts';

test('work begins after a while, and at once when the server stops', async () => {
  const clock = new ManualClock();
  const failures: unknown[] = [];
  const background = new BackgroundWork({ clock, onFailure: (error) => failures.push(error) });
  const done: string[] = [];
  background.add(async () => void done.push('one'));
  await clock.advance(99);
  expect(done).toEqual([]);
  await clock.advance(1);
  expect(done).toEqual(['one']);

  background.add(async () => void done.push('two'));
  background.add(() => Promise.reject('the mail server is away'));
  // The clock stands still.
  await background.settled();
  expect([done, failures]).toEqual([['one', 'two'], ['the mail server is away']]);
  expect(clock.timers).toBe(0);
});
