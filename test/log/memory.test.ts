import { MemoryLog } from '../../src/log/memory/log.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { describeLog } from './contract.ts';
import { counterAggregate } from './counter.ts';

describeLog('the log in memory', async (options) => {
  const clock = new ManualClock();
  const log = new MemoryLog(counterAggregate(options.graceMs), options, clock);
  return { log, clock, settle: async () => {}, close: async () => log.close() };
});
