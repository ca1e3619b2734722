import { afterAll, beforeAll, expect, test } from 'vitest';
import { isReady } from '../kit/cluster.ts';
import { FakeTime, findFakeTime } from '../kit/fake-time.ts';
import type { FaultyNetwork } from '../kit/faulty-network.ts';
import { seededRandom, seedOfRun } from '../kit/random.ts';
import { RedisPair } from '../kit/redis-pair.ts';
import { pace, until } from '../kit/waiting.ts';
import { judge, ringingAfter, type Trouble } from './calling/judge.ts';
import { Town } from './calling/town.ts';
import { describeCluster, redisBinary, type Scenery, setSceneWith } from './scenery.ts';
import { deck, FAULTS } from './weather.ts';

/** `CALL_MINUTES=10` is a long run, by hand. */
const LIVE_MS = Number(process.env.CALL_MINUTES ?? 0.4) * 60_000;
const PEOPLE = 8;
/** Until all nodes are ready after a fault. */
const HEALED_MS = 90_000;
/** How long the cluster may take after that until everything that was late is done. */
const CALM_MS = 3000;
/** What may be left of a ring, of a grace, and of a clock that was set back. */
const ENDED_MS = 60_000;
const PROMISED_MS = 1000;
/** A replica that may lack the last writes has lost decisions that were answered: docs/reliability.md. */
const LOST_WRITES = /replica .*takes over/;
/** In a short run nothing stands still for that long. */
const LONG = LIVE_MS < 60_000 ? /10 s|40 s/ : /40 s/;

describeCluster('calls over three nodes', () => {
  let scene: Scenery<RedisPair>;
  let network: FaultyNetwork;
  let town: Town | undefined;
  const library = findFakeTime();
  const nodeTime = library === null ? null : new FakeTime(library);

  beforeAll(async () => {
    scene = await setSceneWith(() => RedisPair.start(redisBinary ?? '', library), {
      env: {
        ...{ RING_SECONDS: '5', GRACE_SECONDS: '5', SHUTDOWN_SECONDS: '2' },
        ...{ RINGS_PER_USER: '100000', RINGS_PER_PAIR: '100000', RINGS_PER_ADDRESS: '100000' },
        ...{ MUTATIONS_PER_SECOND: '1000', MUTATION_BURST: '10000', TOLD_BURST: '100000' },
        ...{ SIGNALS_PER_SECOND: '10000', SIGNAL_BURST: '10000', ROOMS_PER_USER: '10000' },
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
    await town?.close();
    for (const node of scene?.cluster.nodes ?? []) node.thaw();
    await scene?.close();
    nodeTime?.dispose();
  });

  test('whatever people do and whatever befalls nodes and Redis, a call is decided once', async () => {
    const { cluster } = scene;
    const random = seededRandom(seedOfRun('calls over three nodes'));
    const at = { graphqlUrl: () => cluster.graphqlUrl, socketUrl: () => cluster.socketUrl };
    const opened = await Town.open(PEOPLE, at, random);
    town = opened;
    const { handsets } = opened;
    const areOpen = () => handsets.every(({ isOpen }) => isOpen);
    await until(areOpen, 'all devices', HEALED_MS);
    const ready = async () => (await Promise.all(cluster.nodes.map(isReady))).every((one) => one);
    const healed = () => until(ready, 'all nodes to be ready', HEALED_MS);
    const from = performance.now();
    const isOver = () => performance.now() - from > LIVE_MS;
    const troubles: Trouble[] = [];
    const faults = deck(random);
    const weather = async () => {
      for (;;) {
        await pace(1000 + random() * 3000);
        if (isOver()) return;
        const name = faults.next().value;
        if (LOST_WRITES.test(name) || LONG.test(name)) continue;
        const began = performance.now();
        process.stdout.write(`${Math.round((began - from) / 1000)} s, ${opened.acts}: ${name}\n`);
        await FAULTS[name]?.({ scene, network, nodeTime, random, healed });
        await healed();
        await pace(CALM_MS);
        troubles.push({ from: began, to: performance.now() });
      }
    };
    let slowestTurnMs = 0;
    let turn = performance.now();
    const watch = setInterval(() => {
      slowestTurnMs = Math.max(slowestTurnMs, performance.now() - turn);
      turn = performance.now();
    }, 20);
    try {
      await Promise.all([opened.live(() => !isOver()), weather()]);
    } finally {
      clearInterval(watch);
    }
    await healed();
    const isQuiet = () => areOpen() && handsets.every(({ shown }) => shown.size === 0);
    const left = () => handsets.flatMap(({ shown }) => [...shown.keys()]);
    await until(isQuiet, () => `all calls to end: ${[...new Set(left())].slice(0, 5)}`, ENDED_MS);
    const { faults: found, unheard } = await judge(opened, cluster.graphqlUrl, troubles);
    expect(found.slice(0, 10), found.slice(0, 10).join('\n')).toEqual([]);
    const late = ringingAfter(opened, troubles).sort((one, two) => one - two);
    const longest = late.at(-1) ?? 0;
    process.stdout.write(
      `${opened.acts} acts, ${opened.made.size} calls; ${late.length} devices were silent ${longest.toFixed(0)} ms after a decision at most, while all was well; ${unheard} were never rung for a call whose node was in trouble\n`,
    );
    expect(opened.made.size).toBeGreaterThan(10);
    expect(longest).toBeLessThan(PROMISED_MS + slowestTurnMs);
  }, 36_000_000);
});
