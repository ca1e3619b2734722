import fc from 'fast-check';
import { afterAll, beforeAll, describe, test, vi } from 'vitest';
import { seededRandom, seedOfRun } from '../kit/random.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { Faults } from './faults.ts';
import { type House, memoryHouse } from './house.ts';
import { CallMachine, moments, PEOPLE } from './machine.ts';
import { redisHouse } from './redis-house.ts';

vi.mock('../../src/redis/script.ts', () => import('../kit/manual-redis-time.ts'));

/** With about two acts each. */
const MOMENTS = 20;
/** In all, in memory. More of them, also on Redis, is a long run by hand. */
const COMMANDS = Number(process.env.CALL_COMMANDS ?? 20_000);
const SEQUENCES = Math.ceil(COMMANDS / MOMENTS / 2 / 2);
/** On Redis, time passes in small steps. */
const REDIS_SEQUENCES = Math.ceil(SEQUENCES / 63);
const LONG_MS = 3_600_000;

const RATES = [
  ['nothing fails', 0],
  ['one step in ten fails', 0.1],
] as const;

async function explore(
  sequences: number,
  rate: number,
  make: (faults: Faults) => House | Promise<House>,
): Promise<void> {
  const seed = seedOfRun('calls');
  await fc.assert(
    fc.asyncProperty(moments(MOMENTS), async (sequence) => {
      const faults = new Faults(seededRandom(seed));
      const house = await make(faults);
      try {
        await new CallMachine(house, faults).run(sequence, rate);
      } finally {
        await house.close();
      }
    }),
    { numRuns: sequences, seed, includeErrorInReport: true },
  );
}

for (const [what, rate] of RATES) {
  test(
    `whatever people do, calls in memory stay in order, in ${SEQUENCES} sequences in which ${what}`,
    () => explore(SEQUENCES, rate, (faults) => memoryHouse(PEOPLE, faults)),
    LONG_MS,
  );
}

const binary = findRedis();

describe.skipIf(binary === null)('on a real Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start(binary ?? '');
  });
  afterAll(() => server.dispose());

  for (const [what, rate] of RATES) {
    test(
      `calls of two nodes stay in order, in ${REDIS_SEQUENCES} sequences in which ${what}`,
      () => explore(REDIS_SEQUENCES, rate, (faults) => redisHouse(server.url, PEOPLE, { faults })),
      LONG_MS,
    );
  }
});
