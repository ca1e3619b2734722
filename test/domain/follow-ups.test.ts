import { expect, test } from 'vitest';
import { UnavailableError } from '../../src/domain/errors.ts';
import { FollowUps } from '../../src/domain/follow-ups.ts';
import { ManualClock } from '../kit/manual-clock.ts';

test('what follows from a change is done in turn, and again until it is done', async () => {
  const clock = new ManualClock();
  const done: string[] = [];
  let away = true;
  const step = (name: string) => async () => {
    if (away && name !== 'first') throw new UnavailableError();
    done.push(name);
  };
  await new FollowUps(clock).run(['first', 'second', 'third'].map(step));
  expect(done).toEqual(['first']);
  await clock.advance(1000);
  expect(done).toEqual(['first']);
  away = false;
  await clock.advance(1000);
  expect(done).toEqual(['first', 'second', 'third']);
  await clock.advance(60_000);
  expect(done).toHaveLength(3);
});

test('an error that is no outage ends it', async () => {
  const clock = new ManualClock();
  let tries = 0;
  const wrong = () => {
    tries += 1;
    throw new Error('A mistake');
  };
  await expect(new FollowUps(clock).run([wrong])).rejects.toThrow('A mistake');
  await clock.advance(60_000);
  expect(tries).toBe(1);
});
