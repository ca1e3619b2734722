import { expect, test } from 'vitest';
import { TokenBucket } from '../../../src/domain/signaling/token-bucket.ts';

test('lets a burst through at once, and then so many a second', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 3 }, 0);
  expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([0, 0, 0]);
  expect(bucket.take(0)).toBe(100);
  expect(bucket.take(60)).toBeCloseTo(40);
  expect(bucket.take(100)).toBe(0);
  expect(bucket.take(100)).toBe(100);
});

test('never holds more than the burst', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 3 }, 0);
  const taken = Array.from({ length: 5 }, () => bucket.take(1_000_000));
  expect(taken.filter((wait) => wait === 0)).toHaveLength(3);
});

test('a refusal costs nothing', () => {
  const bucket = new TokenBucket({ perSecond: 1, burst: 1 }, 0);
  bucket.take(0);
  for (let now = 0; now < 900; now += 100) expect(bucket.take(now)).toBeGreaterThan(0);
  expect(bucket.take(1000)).toBe(0);
});

test('tells when it is as a new one', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 2 }, 0);
  expect(bucket.isFull(0)).toBe(true);
  bucket.take(0);
  expect(bucket.isFull(99)).toBe(false);
  expect(bucket.isFull(100)).toBe(true);
});
