import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { backoffMs } from '../../src/client/backoff.ts';

it('doubles its bound with every try, up to the cap', () => {
  const random = () => 1;
  const bounds = [0, 1, 2, 3, 10, 10_000].map((attempt) =>
    backoffMs(attempt, { baseMs: 100, capMs: 1_000, random }),
  );
  expect(bounds).toEqual([100, 200, 400, 800, 1_000, 1_000]);
});

it('draws from the whole span, so that clients do not come back together', () => {
  expect(backoffMs(5, { random: () => 0 })).toBe(0);
  fc.assert(
    fc.property(
      fc.nat(1_000),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempt, drawn) => {
        const waitMs = backoffMs(attempt, { random: () => drawn });
        return waitMs >= 0 && waitMs < 8_000;
      },
    ),
  );
});

it.each([
  () => Number.NaN,
  () => -1,
  () => 1e9,
  () => undefined as never,
  () => {
    throw new Error('A page throws');
  },
])('waits as ever where the function of the page gives no share: %s', async (random) => {
  const reported = vi.spyOn(console, 'error').mockImplementation(() => {});
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const waitMs = backoffMs(attempt, { baseMs: 100, capMs: 1_000, random });
    expect(waitMs).toBeGreaterThanOrEqual(0);
    expect(waitMs).toBeLessThanOrEqual(1_000);
  }
  await Promise.resolve();
  reported.mockRestore();
});
