import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMoment } from '../../src/graphql/moment.ts';

const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

test('moments are written as Date writes them', () => {
  const moment = fc.integer({ min: -LAST_MS, max: LAST_MS + 1000 });
  fc.assert(
    fc.property(moment, fc.integer({ min: 0, max: 2000 }), (ms, later) => {
      for (const at of [ms, ms + later, ms]) {
        expect(formatMoment(at)).toBe(new Date(at).toISOString());
        expect(formatMoment(new Date(at))).toBe(new Date(at).toISOString());
      }
    }),
    { seed: 20_261_126 },
  );
});

test.each([0, 999, 1000, LAST_MS, LAST_MS + 1, -1, 1.5])('%d', (ms) => {
  expect(formatMoment(ms)).toBe(new Date(ms).toISOString());
});

test('what is no moment throws', () => {
  expect(() => formatMoment(Number.NaN)).toThrow(RangeError);
  expect(() => formatMoment(new Date(Number.NaN))).toThrow(RangeError);
});
