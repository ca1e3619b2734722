import { expect, test } from 'vitest';
import { Mailbox } from '../../src/domain/mailbox.ts';
import { MemoryLog } from '../../src/log/memory/log.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { describeLog } from './contract.ts';
import { type CounterEntry, counterAggregate, end, join } from './counter.ts';
import { KEY, LOG_BOUNDS } from './kit.ts';

describeLog('the log in memory', async (options) => {
  const clock = new ManualClock();
  const log = new MemoryLog(counterAggregate(options.graceMs), options, clock);
  return { log, clock, settle: async () => {}, close: async () => log.close() };
});

test('a deadline that moves on takes no other timer, and is reached at its time, also while the clock is set', async () => {
  const clock = new ManualClock();
  const log = new MemoryLog(counterAggregate(LOG_BOUNDS.graceMs), LOG_BOUNDS, clock);
  const before = clock.timers;
  const lost = (id: string) => {
    const { hold } = log.follow(KEY, join(id, id), {
      inbox: new Mailbox<CounterEntry>(10),
      after: null,
    });
    log.run(KEY, counterAggregate(LOG_BOUNDS.graceMs).letGo(id, hold.fence));
  };
  lost('ann');
  expect(clock.timers).toBe(before + 1);
  await clock.advance(1000);
  clock.jump(3_600_000);
  lost('bob');
  // Ann is not waited for any more, and Bob for a second longer.
  log.run(KEY, end('ann'));
  expect(clock.timers).toBe(before + 1);
  await clock.advance(LOG_BOUNDS.graceMs - 1);
  expect(log.read(KEY)?.followers.map(({ id }) => id)).toEqual(['bob']);
  await clock.advance(1);
  expect(log.read(KEY)).toBeNull();
  expect(clock.timers).toBe(before);
  log.close();
});
