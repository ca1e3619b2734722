import { expect, test } from 'vitest';
import { Outbox } from '../../../src/domain/accounts/outbox.ts';
import { ManualClock } from '../../kit/manual-clock.ts';

test('work begins after a while, and at once when the server stops', async () => {
  const clock = new ManualClock();
  const failures: unknown[] = [];
  const outbox = new Outbox({ clock, onFailure: (error) => failures.push(error) });
  const done: string[] = [];
  outbox.add(async () => void done.push('one'));
  await clock.advance(99);
  expect(done).toEqual([]);
  await clock.advance(1);
  expect(done).toEqual(['one']);

  outbox.add(async () => void done.push('two'));
  outbox.add(() => Promise.reject('the mail server is away'));
  // The clock stands still.
  await outbox.settled();
  expect([done, failures]).toEqual([['one', 'two'], ['the mail server is away']]);
  expect(clock.timers).toBe(0);
});
