import { expect, test } from 'vitest';
import { ExecutionBudget } from '../../src/execution/execution-budget.ts';

const who = { address: '203.0.113.1', caller: null };

/** Takes so many milliseconds of the processor. */
function work(ms: number): void {
  const began = process.cpuUsage();
  const spent = () => {
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  };
  while (spent() < ms);
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

test('calls that continue together count each moment once', async () => {
  const budget = new ExecutionBudget({ perAccountMs: 200, perAddressMs: 200 });
  // 20 ms in all; if each counted until the last has paused, it would be more than a second.
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      await null;
      budget.resumed(who);
      work(0.2);
    }),
  );
  await tick();
  expect(budget.refusal(who)).toBeNull();
});

test('a call that takes long when it continues counts', async () => {
  const budget = new ExecutionBudget({ perAccountMs: 200, perAddressMs: 200 });
  await null;
  budget.resumed(who);
  work(600);
  await tick();
  expect(budget.refusal(who)).toMatchObject({ extensions: { code: 'RATE_LIMITED' } });
});
