import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBudget } from '../faults/history/budget.ts';
import { House } from '../faults/history/house.ts';
import { isReady } from '../kit/cluster.ts';
import { FakeTime, findFakeTime } from '../kit/fake-time.ts';
import type { FaultyNetwork } from '../kit/faulty-network.ts';
import { seededRandom, seedOfRun } from '../kit/random.ts';
import { RedisPair } from '../kit/redis-pair.ts';
import { pace, until } from '../kit/waiting.ts';
import { describeCluster, redisBinary, type Scenery, setSceneWith } from './scenery.ts';
import { deck, FAULTS } from './weather.ts';

/** After so many everything is looked at, and begins anew. */
const A_ROUND = 25_000;
const ROOMS = 50;
/** What is left of a room that nobody is in, in milliseconds. */
const FORGOTTEN_MS = 180_000;
const HEALED_MS = 90_000;
/** Enough for every fault once. */
const CI_SECONDS = 90;

describeCluster('three nodes', () => {
  let scene: Scenery<RedisPair>;
  let network: FaultyNetwork;
  const library = findFakeTime();
  const nodeTime = library === null ? null : new FakeTime(library);

  beforeAll(async () => {
    scene = await setSceneWith(() => RedisPair.start(redisBinary ?? '', library), {
      env: {
        GRACE_SECONDS: '15',
        SIGNALS_PER_SECOND: '100000',
        SIGNAL_BURST: '100000',
        CHAT_BURST: '100000',
        CHAT_PER_SECOND: '100000',
        SHUTDOWN_SECONDS: '2',
      },
      envOf: async (node, redis) => {
        if (node === 1) return { ...nodeTime?.env };
        if (node !== 0) return {};
        const way = await redis.way();
        network = way.network;
        return { REDIS_URL: way.url };
      },
    });
  }, 300_000);
  afterAll(async () => {
    for (const node of scene?.cluster.nodes ?? []) node.thaw();
    await scene?.close();
    nodeTime?.dispose();
  });

  test('whatever clients do and whatever befalls nodes and Redis, what they promise holds', async () => {
    const { cluster, redis } = scene;
    const random = seededRandom(seedOfRun('history of three nodes'));
    const faults = deck(random);
    const wanted = new Set(Object.keys(FAULTS));
    const ready = async () => {
      const all = await Promise.all(cluster.nodes.map(isReady));
      return all.every((one) => one);
    };
    const healed = () => until(ready, 'all nodes to be ready', HEALED_MS);
    const people = await House.people(cluster.graphqlUrl);
    const budget = startBudget(CI_SECONDS);
    let done = 0;
    while (!budget.isSpent(done)) {
      const house = await House.open({
        rooms: ROOMS,
        people,
        random,
        graphqlUrl: () => cluster.graphqlUrl,
        socketUrl: () => cluster.socketUrl,
      });
      let over = false;
      const weather = (async () => {
        while (!over) {
          await pace(500 + random() * 2000);
          const name = faults.next().value;
          if (over) break;
          process.stdout.write(`${budget.seconds()} s, ${done + house.operations}: ${name}\n`);
          await FAULTS[name]?.({ scene, network, nodeTime, random, healed });
          wanted.delete(name);
        }
      })();
      // No fault is left out, however fast the machine.
      const lived = house
        .live((count) => (budget.isSpent(done + count) ? wanted.size > 0 : count < A_ROUND))
        .finally(() => {
          over = true;
        });
      await Promise.all([lived, weather]);
      await healed();
      const found = (await house.judge()).slice(0, 10);
      const left = await house.close();
      expect(found, found.join('\n')).toEqual([]);
      expect(left).toEqual([]);
      done += house.operations;
      process.stdout.write(`${done} operations in ${budget.seconds()} s\n`);
    }
    let kept: string[] = [];
    await until(
      async () => {
        kept = await redis.master.ask((client) => client.keys('peerql:{room/*'));
        return kept.length === 0;
      },
      () => `nothing to be left in Redis: ${kept.slice(0, 5)}`,
      FORGOTTEN_MS,
    );
    // A node may note once more what it noted last.
    const dues = () => redis.master.ask((client) => client.zcard('peerql:{room}:due'));
    await until(async () => (await dues()) === 0, 'nothing to be due', FORGOTTEN_MS);
  }, 36_000_000);
});
