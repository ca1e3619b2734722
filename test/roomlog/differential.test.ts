import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { roomAggregate } from '../../src/domain/room/aggregate.ts';
import { LiveRooms } from '../../src/domain/room/live-rooms.ts';
import { MemoryLog } from '../../src/log/memory/log.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { redisTimeBy } from '../kit/manual-redis-time.ts';
import { seededRandom, seedOfRun } from '../kit/random.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { type Command, nextCommand, Side } from './commands.ts';
import { BOUNDS, failure, ROOM } from './kit.ts';
import { empty, roundRobin, settle, startNode } from './redis-kit.ts';

vi.mock('../../src/redis/script.ts', () => import('../kit/manual-redis-time.ts'));

const binary = findRedis();
/** `DIFFERENTIAL_COMMANDS=20000` is the long run, by hand: about a minute. */
const COMMANDS = Number(process.env.DIFFERENTIAL_COMMANDS ?? 2000);
/** Commands before everything starts anew, empty and by the next seed. */
const ROUND = 500;
/** Longer than any test: here nodes stand still while the clock does. */
const NEVER_DEAD_MS = 3_600_000;

/** What a side replies to a command, whether it succeeds or is refused. */
async function replyTo(command: Command, side: Side): Promise<unknown> {
  let reply: unknown = null;
  const error = await failure(async () => {
    reply = await command.run(side);
  });
  await side.settle();
  return side.plain(error instanceof Error ? `${error.name}: ${error.message}` : reply);
}

describe.skipIf(binary === null)('memory and Redis do the same', () => {
  const seedOfAll = seedOfRun('memory and Redis');
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start(binary ?? '');
  });
  afterAll(() => server.dispose());

  for (let round = 0; round * ROUND < COMMANDS; round += 1) {
    const seed = seedOfAll + round;
    // Every other round has two nodes.
    const nodeCount = 1 + (round % 2);
    test(`${ROUND} commands by seed ${seed}, Redis with ${nodeCount === 1 ? 'one node' : 'two nodes'}`, async () => {
      await empty(server.url);
      const clocks = [new ManualClock(), new ManualClock()] as const;
      redisTimeBy(clocks[1]);
      const log = new MemoryLog(roomAggregate(BOUNDS), BOUNDS, clocks[0]);
      const nodes = await Promise.all(
        Array.from({ length: nodeCount }, () =>
          startNode(server.url, { ...BOUNDS, deadMs: NEVER_DEAD_MS }, clocks[1]),
        ),
      );
      const memory = new Side(new LiveRooms(log, BOUNDS), clocks[0], async () => {});
      const redis = new Side(roundRobin(nodes), clocks[1], () => settle(nodes));
      const random = seededRandom(seed);
      for (let count = 0; count < ROUND; count += 1) {
        const command = nextCommand(random, count);
        const where = `command ${count}, ${command.name}, of FAULT_SEED=${seed}`;
        const expected = await replyTo(command, memory);
        expect(await replyTo(command, redis), `reply to ${where}`).toEqual(expected);
        const state = memory.plain(await log.read(ROOM));
        const redisState = redis.plain(await nodes[0]?.under.read(ROOM));
        expect(redisState, `state after ${where}`).toEqual(state);
      }
      expect(redis.plain(redis.told())).toEqual(memory.plain(memory.told()));
      await Promise.all([memory.rooms.close(), ...nodes.map((node) => node.close())]);
    }, 120_000);
  }
});
