import fc from 'fast-check';
import { test } from 'vitest';
import { seededRandom, seedOfRun } from '../kit/random.ts';
import { Faults } from './faults.ts';
import { memoryHouse } from './house.ts';
import { CallMachine, moments, PEOPLE } from './machine.ts';

/** About two acts each. */
const MOMENTS = 20;
const SEQUENCES = 500;

for (const [what, rate] of [
  ['nothing fails', 0],
  ['one step in ten fails', 0.1],
] as const) {
  test(`whatever people do, calls in memory stay in order, in ${SEQUENCES * MOMENTS} moments in which ${what}`, async () => {
    const seed = seedOfRun('calls');
    await fc.assert(
      fc.asyncProperty(moments(MOMENTS), async (sequence) => {
        const faults = new Faults(seededRandom(seed));
        const house = memoryHouse(PEOPLE, faults);
        try {
          await new CallMachine(house, faults).run(sequence, rate);
        } finally {
          await house.close();
        }
      }),
      { numRuns: SEQUENCES, seed, includeErrorInReport: true },
    );
  }, 300_000);
}
