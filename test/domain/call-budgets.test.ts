import { expect, test } from 'vitest';
import { CallBudgets } from '../../src/domain/call-budgets.ts';
import { RateLimitedError } from '../../src/domain/errors.ts';
import { ManualClock } from '../kit/manual-clock.ts';

test.each([3_600_000, -3_600_000])(
  'what is spent comes back as soon as ever, though the clock is set by %i ms',
  async (step) => {
    const clock = new ManualClock();
    const rate = { perSecond: 1, burst: 2 };
    const budgets = new CallBudgets(
      {
        rates: { query: rate, mutation: rate, told: rate },
        accountsPerAddress: 1,
        remembered: 10,
      },
      clock,
    );
    const pay = () => budgets.pay('query', 1, { accountId: 'ann', address: '192.0.2.1' });
    pay();
    pay();
    clock.jump(step);
    expect(pay).toThrow(RateLimitedError);
    await clock.advance(1000);
    pay();
    expect(pay).toThrow(RateLimitedError);
  },
);
