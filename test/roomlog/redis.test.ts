import { afterAll, beforeAll, describe } from 'vitest';
import { ManualClock } from '../kit/manual-clock.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { RedisClusterServers } from '../kit/redis-cluster.ts';
import { describeRoomLog } from './contract.ts';
import type { MakeLog } from './kit.ts';
import { empty, roundRobin, settle, settlerOn, startNode } from './redis-kit.ts';

/** Longer than any test: here nodes stand still while the clock does. */
const NEVER_DEAD_MS = 3_600_000;

const binary = findRedis();

describe.skipIf(binary === null)('on a real Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start(binary ?? '');
  });
  afterAll(() => server.dispose());

  const makeOn =
    (count: number): MakeLog =>
    async (bounds) => {
      await empty(server.url);
      const clock = new ManualClock();
      const options = { ...bounds, deadMs: NEVER_DEAD_MS, closedMs: 0 };
      const nodes = await Promise.all(
        Array.from({ length: count }, () => startNode(server.url, options, clock)),
      );
      return {
        log: roundRobin(nodes),
        clock,
        settle: () => settle(nodes),
        async close() {
          await Promise.all(nodes.map((node) => node.close()));
        },
      };
    };

  describeRoomLog('the room log of one node', makeOn(1));
  describeRoomLog('the room log of two nodes', makeOn(2));
});

describe.skipIf(binary === null)('on a real Redis Cluster', () => {
  let cluster: RedisClusterServers;
  beforeAll(async () => {
    cluster = await RedisClusterServers.start(binary ?? '');
  });
  afterAll(() => cluster.dispose());

  const make: MakeLog = async (bounds) => {
    await cluster.empty();
    const clock = new ManualClock();
    const options = { ...bounds, deadMs: NEVER_DEAD_MS, closedMs: 0 };
    const nodes = [
      await startNode(cluster.urls, options, clock),
      await startNode(cluster.urls, options, clock),
    ];
    return {
      log: roundRobin(nodes),
      clock,
      settle: await settlerOn(nodes, cluster.channels('settled')),
      async close() {
        await Promise.all(nodes.map((node) => node.close()));
      },
    };
  };

  describeRoomLog('the room log of two nodes', make);
});
