import fc from 'fast-check';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { LONG } from '../kit/long.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import type { MakeLog } from '../roomlog/kit.ts';
import { memoryRooms } from '../roomlog/memory-kit.ts';
import { empty, roundRobin, settle, startNode } from '../roomlog/redis-kit.ts';
import { runSteps, steps } from './room-machine.ts';

const SEED = 20_260_131;
const IN_MEMORY = LONG ? 10_000 : 3000;
const ON_REDIS = LONG ? 500 : 150;

const memory: MakeLog = async (options) => memoryRooms(options);

test(`whatever people do, in ${IN_MEMORY} sequences of it, the room in memory stays in order`, async () => {
  await fc.assert(
    fc.asyncProperty(steps, (sequence) => runSteps(memory, sequence, 1)),
    { numRuns: IN_MEMORY, seed: SEED },
  );
}, 900_000);

const binary = findRedis();

describe.skipIf(binary === null)('on a real Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start(binary ?? '');
  });
  afterAll(() => server.dispose());

  const twoNodes: MakeLog = async (bounds) => {
    await empty(server.url);
    const clock = new ManualClock();
    // Nodes stand still while the clock does.
    const options = { ...bounds, deadMs: 3_600_000, closedMs: 0 };
    const nodes = [
      await startNode(server.url, options, clock),
      await startNode(server.url, options, clock),
    ];
    return {
      log: roundRobin(nodes),
      clock,
      settle: () => settle(nodes),
      close: async () => {
        await Promise.all(nodes.map((node) => node.close()));
      },
    };
  };

  test(`the room of two nodes stays in order, in ${ON_REDIS} sequences`, async () => {
    await fc.assert(
      fc.asyncProperty(steps, (sequence) => runSteps(twoNodes, sequence, 2)),
      { numRuns: ON_REDIS, seed: SEED },
    );
  }, 900_000);
});
