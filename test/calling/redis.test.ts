import { afterAll, beforeAll, describe, vi } from 'vitest';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { describeCalls } from './contract.ts';
import { redisHouse } from './redis-house.ts';

vi.mock('../../src/redis/script.ts', () => import('../kit/manual-redis-time.ts'));

const binary = findRedis();

describe.skipIf(binary === null)('on a real Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start(binary ?? '');
  });
  afterAll(() => server.dispose());

  describeCalls('calls of one node', (people) => redisHouse(server.url, people, { count: 1 }));
});
