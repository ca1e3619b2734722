import { expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { WorkProbe } from '../../src/redis/work-probe.ts';

const DAY_MS = 86_400_000;

test('a clock that is set between two probes counts as wrong at once, until it is set right', async () => {
  let aheadMs = 0;
  const redis = {
    isCluster: false,
    run: async (_script: unknown, _keys: readonly string[], [message = '']: readonly string[]) => {
      queueMicrotask(() => probe.heard(message));
      const now = Date.now();
      return [String(Math.floor(now / 1000)), String((now % 1000) * 1000)];
    },
  };
  const probe = new WorkProbe(redis, { ...systemClock, now: () => Date.now() + aheadMs });
  expect(await probe.trouble()).toBeNull();
  const seen: boolean[] = [];
  for (aheadMs of [0, 29_000, 31_000, DAY_MS, -DAY_MS, 0]) seen.push(probe.isSkewed);
  expect(seen).toEqual([false, false, true, true, true, false]);
  // What all nodes go by is Redis' clock, whatever this machine's says.
  aheadMs = DAY_MS;
  expect(Math.abs(probe.redisNow - Date.now())).toBeLessThan(1000);
});
