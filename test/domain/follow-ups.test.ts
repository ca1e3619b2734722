import { expect, test } from 'vitest';
import { UnavailableError } from '../../src/domain/errors.ts';
import { FollowUps } from '../../src/domain/follow-ups.ts';
import { ManualClock } from '../kit/manual-clock.ts';

const onFailure = (error: unknown) => {
  throw error;
};

test('what follows from a change is done in turn, and again until it is done', async () => {
  const clock = new ManualClock();
  const done: string[] = [];
  let away = true;
  const step = (name: string) => async () => {
    if (away && name !== 'first') throw new UnavailableError();
    done.push(name);
  };
  await new FollowUps({ clock, onFailure }).run(['first', 'second', 'third'].map(step));
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
  await expect(new FollowUps({ clock, onFailure }).run([wrong])).rejects.toThrow('A mistake');
  await clock.advance(60_000);
  expect(tries).toBe(1);
});

test('a mistake that shows only later is reported, and keeps nothing else from being done', async () => {
  const clock = new ManualClock();
  const failures: unknown[] = [];
  const done: string[] = [];
  const mistake = new Error('A mistake');
  const followUps = new FollowUps({ clock, onFailure: (error) => failures.push(error) });
  await followUps.run([
    (late) => {
      throw late ? mistake : new UnavailableError();
    },
    () => done.push('the rest'),
  ]);
  await clock.advance(60_000);
  expect({ failures, done }).toEqual({ failures: [mistake], done: ['the rest'] });
});

test('what waits is tried once more when the server stops', async () => {
  const clock = new ManualClock();
  const tries: string[] = [];
  const followUps = new FollowUps({ clock, onFailure });
  const step = (name: string, until: number) => () => {
    tries.push(name);
    if (tries.filter((one) => one === name).length < until) throw new UnavailableError();
  };
  await followUps.run([step('works', 2)]);
  await followUps.run([step('never', 99)]);
  await followUps.settled();
  await clock.advance(60_000);
  expect(tries).toEqual(['works', 'never', 'works', 'never']);
});
