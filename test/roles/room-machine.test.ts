import fc from 'fast-check';
import { test } from 'vitest';
import { MemoryRoomLog } from '../../src/roomlog/memory.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import type { MakeLog } from '../roomlog/kit.ts';
import { runSteps, steps } from './room-machine.ts';

const memory: MakeLog = async (options) => {
  const clock = new ManualClock();
  const log = new MemoryRoomLog(options, clock);
  return { log, clock, settle: async () => {}, close: async () => log.close() };
};

test('whatever people do, in 10,000 sequences of it, the room in memory stays in order', async () => {
  await fc.assert(
    fc.asyncProperty(steps, (sequence) => runSteps(memory, sequence)),
    { numRuns: 10_000, seed: 20_260_131 },
  );
}, 900_000);
