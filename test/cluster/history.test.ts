import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { House } from '../faults/history/house.ts';
import { isReady } from '../kit/cluster.ts';
import { FaultyNetwork } from '../kit/faulty-network.ts';
import { seededRandom, seedOfRun } from '../kit/random.ts';
import { pace, until } from '../kit/waiting.ts';
import { describeCluster, type Scenery, setScene } from './scenery.ts';
import { FAULTS } from './weather.ts';

/** In CI as many as fit into a minute and a half; by hand `HISTORY_OPERATIONS=1000000`. */
const OPERATIONS = Number(process.env.HISTORY_OPERATIONS) || 3000;
/** After so many everything is looked at, and begins anew. */
const A_ROUND = 3000;
const ROOMS = 6;
/** What is left of a room that nobody is in, in milliseconds. */
const FORGOTTEN_MS = 90_000;

describeCluster('three nodes', () => {
  let scene: Scenery;
  let network: FaultyNetwork;

  beforeAll(async () => {
    scene = await setScene({
      env: {
        GRACE_SECONDS: '15',
        SIGNALS_PER_SECOND: '100000',
        SIGNAL_BURST: '100000',
        CHAT_BURST: '100000',
        CHAT_PER_SECOND: '100000',
        SHUTDOWN_SECONDS: '2',
      },
      envOf: async (node, redis) => {
        if (node !== 0) return {};
        network = await FaultyNetwork.start(redis.url);
        return { REDIS_URL: network.socketUrl.replace('ws:', 'redis:').replace('/graphql', '') };
      },
    });
  }, 300_000);
  afterAll(async () => {
    for (const node of scene?.cluster.nodes ?? []) node.thaw();
    await scene?.close();
    await network?.close();
  });

  test('whatever clients do and whatever befalls nodes and Redis, what they promise holds', async () => {
    const { cluster, redis } = scene;
    const random = seededRandom(seedOfRun('history of three nodes'));
    const names = Object.keys(FAULTS);
    const ready = async () => {
      const all = await Promise.all(cluster.nodes.map(isReady));
      return all.every((one) => one);
    };
    let done = 0;
    const from = performance.now();
    while (done < OPERATIONS) {
      const house = await House.open({
        rooms: ROOMS,
        random,
        graphqlUrl: () => cluster.graphqlUrl,
        socketUrl: () => cluster.socketUrl,
      });
      let over = false;
      const weather = (async () => {
        while (!over) {
          await pace(500 + random() * 3000);
          const name = names[Math.floor(random() * names.length)] ?? '';
          if (over) break;
          process.stdout.write(`${house.operations}: ${name}\n`);
          await FAULTS[name]?.({ scene, network, random });
        }
      })();
      const round = Math.min(A_ROUND, OPERATIONS - done);
      await house
        .live((count) => count < round)
        .finally(() => {
          over = true;
        });
      await weather;
      await until(ready, 'all nodes to be ready', 60_000);
      expect((await house.judge()).slice(0, 10)).toEqual([]);
      expect(await house.close()).toEqual([]);
      done += house.operations;
      const seconds = Math.round((performance.now() - from) / 1000);
      process.stdout.write(`${done} operations in ${seconds} s\n`);
    }
    const admin = new Redis(redis.url);
    let left: string[] = [];
    await until(
      async () => {
        left = await admin.keys('peerql:{room/*');
        return left.length === 0;
      },
      () => `nothing to be left in Redis: ${left.slice(0, 5)}`,
      FORGOTTEN_MS,
    );
    expect(await admin.zcard('peerql:{room}:due')).toBe(0);
    admin.disconnect();
  }, 36_000_000);
});
