import { setTimeout as pass } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { HashingTurns, type Lane } from '../../src/crypto/hashing-turns.ts';
import { RateLimitedError } from '../../src/domain/errors.ts';

/** Asks for many turns at once; what began is in order of its beginning. */
function crowd(turns: HashingTurns, asked: readonly (readonly [Lane, ms: number])[]) {
  const began: Lane[] = [];
  let most = 0;
  let running = 0;
  const done = asked.map(([lane, ms]) =>
    turns.run(lane, async () => {
      began.push(lane);
      running += 1;
      most = Math.max(most, running);
      await pass(ms);
      running -= 1;
    }),
  );
  return { began, done: Promise.all(done), most: () => most };
}

const times = (count: number, lane: Lane, ms: number) =>
  Array.from({ length: count }, () => [lane, ms] as const);

it('gives each kind half of the time where there is one place', async () => {
  const turns = new HashingTurns(1, 100);
  const { began, done } = crowd(turns, [...times(4, 'imported', 200), ...times(12, 'own', 20)]);
  await done;
  // One imported hash takes as long as ten others.
  expect(began.slice(0, 5)).toEqual(['imported', 'own', 'own', 'own', 'own']);
  expect(began.indexOf('imported', 1)).toBeGreaterThan(4);
  expect(began.indexOf('imported', 1)).toBeLessThan(12);
});

it('saves up no time while nobody comes', async () => {
  const turns = new HashingTurns(1, 100);
  await crowd(turns, times(3, 'imported', 100)).done;
  const { began, done } = crowd(turns, [...times(2, 'imported', 100), ...times(9, 'own', 20)]);
  await done;
  expect(began.lastIndexOf('imported')).toBeLessThan(9);
});

it('leaves a place to others where there are several', async () => {
  const turns = new HashingTurns(3, 100);
  const { began, done, most } = crowd(turns, [
    ...times(5, 'imported', 100),
    ...times(3, 'own', 20),
  ]);
  expect(began).toEqual(['imported', 'imported', 'own']);
  await done;
  expect(began.slice(0, 5)).toEqual(['imported', 'imported', 'own', 'own', 'own']);
  expect(most()).toBe(3);
  expect(turns.load).toEqual({ running: 0, waiting: 0 });
});

it('refuses those of the kind of which too many wait', async () => {
  const turns = new HashingTurns(1, 2);
  const { done } = crowd(turns, times(3, 'imported', 20));
  expect(() => turns.check('imported')).toThrow(RateLimitedError);
  expect(() => turns.check('own')).not.toThrow();
  await done;
  expect(() => turns.check('imported')).not.toThrow();
});
