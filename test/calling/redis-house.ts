import { callAggregate } from '../../src/domain/call/aggregate.ts';
import type { CallKind } from '../../src/domain/call/course.ts';
import type { Log } from '../../src/domain/log.ts';
import { personAggregate } from '../../src/domain/person/aggregate.ts';
import type { PersonKind } from '../../src/domain/person/course.ts';
import { RedisLog } from '../../src/log/redis/log.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import { Nodes } from '../../src/redis/nodes.ts';
import { KeptLog } from '../kit/log.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { redisTimeBy } from '../kit/manual-redis-time.ts';
import { empty, settle } from '../roomlog/redis-kit.ts';
import { Faults } from './faults.ts';
import { BOUNDS, type House, nodeOn, PERSON_OPTIONS, Surroundings } from './house.ts';

/** Longer than any test: nodes stand still while the clock does. */
const NEVER_DEAD_MS = 3_600_000;
/** Redis is asked for what is due twice a second. */
const STEP_MS = 500;

/** Several nodes on one Redis, whose scripts read the clock of the test; a test file mocks src/redis/script.ts for it. */
export async function redisHouse(
  url: string,
  people: readonly string[],
  { faults = new Faults(), count = 2 }: { faults?: Faults; count?: number } = {},
): Promise<House> {
  await empty(url);
  const clock = new ManualClock();
  redisTimeBy(clock);
  const around = new Surroundings(people);
  const opened = await Promise.all(
    Array.from({ length: count }, async () => {
      const redis = new RedisConnection({ urls: [url], lostMs: 5000 }, clock, new KeptLog());
      await redis.opened(10_000);
      const parts = { redis, nodes: new Nodes(redis, clock, NEVER_DEAD_MS), clock };
      const calls: Log<CallKind> = await RedisLog.open(callAggregate(), parts, BOUNDS);
      const rules = personAggregate(PERSON_OPTIONS);
      const persons: Log<PersonKind> = await RedisLog.open(rules, parts, BOUNDS);
      const logs = { calls: faults.of(calls), persons: faults.of(persons) };
      return { ...parts, calls, persons, node: nodeOn(logs, around) };
    }),
  );
  const nodes = opened.map(({ node }) => node);
  const quiet = async () => {
    for (let round = 0; round < 3; round += 1) {
      await settle(opened);
      await Promise.all(nodes.map(({ switchboard }) => switchboard.settled()));
    }
  };
  return {
    ...{ nodes, around, clock, settle: quiet },
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += STEP_MS) {
        await clock.advance(Math.min(STEP_MS, ms - passed));
        await quiet();
      }
    },
    async close() {
      await Promise.all(nodes.map(({ switchboard }) => switchboard.close()));
      for (const { calls, persons, nodes: place, redis } of opened) {
        await calls.close();
        await persons.close();
        await place.leave().catch(() => {});
        await redis.close();
      }
    },
  };
}
