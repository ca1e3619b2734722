import fc from 'fast-check';
import { expect, test } from 'vitest';
import { momentOf } from '../../src/log/redis/moment.ts';

const times = fc.integer({ min: 0, max: 200_000 });

test('whatever is stored, a decision corrects the time at most once', () => {
  fc.assert(
    fc.property(
      fc.record({ clock: times, ahead: fc.integer({ min: -50_000, max: 50_000 }), newest: times }),
      fc.record({ due: times, lateMs: fc.option(fc.integer({ min: 0, max: 90_000 })) }),
      fc.record({ known: fc.boolean(), steady: times, earlier: times, error: fc.nat(2000) }),
      fc.integer({ min: 1, max: 1000 }),
      (stored, { due, lateMs }, measured, tripMs) => {
        let { clock, ahead, newest } = stored;
        let { steady } = measured;
        let steadyThen = measured.known ? Math.min(measured.earlier, steady) : null;
        let corrections = 0;
        for (let load = 0; load < 10; load += 1) {
          const now = Math.max(clock + ahead, newest);
          const between = { least: steady - measured.error, most: steady + measured.error };
          const loaded = { now, aheadMs: now - clock, newest, steadyThen, steady: between };
          const moment = momentOf(loaded, due, lateMs);
          if (moment.aheadMs === loaded.aheadMs) break;
          corrections += 1;
          expect(moment.now).toBeGreaterThanOrEqual(newest);
          ahead = moment.aheadMs;
          newest = moment.now;
          if (measured.known) steadyThen = moment.steady;
          // The correction is stored, and the state is loaded again.
          clock += tripMs;
          steady += tripMs;
        }
        expect(corrections).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 2000 },
  );
});
