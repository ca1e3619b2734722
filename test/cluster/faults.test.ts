import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom, seedOfRun } from '../kit/random.ts';
import { pace } from '../kit/waiting.ts';
import { Load } from './load.ts';
import { describeCluster, type Scenery, setScene } from './scenery.ts';

const ROOMS = 8;

describeCluster('three nodes under load', () => {
  let scene: Scenery;
  let load: Load;

  beforeAll(async () => {
    scene = await setScene({ env: { SHUTDOWN_SECONDS: '2' } });
    load = await Load.start(scene.cluster, ROOMS, seededRandom(seedOfRun('cluster')));
  });

  afterAll(async () => {
    await Promise.all((load?.talkers ?? []).map((talker) => talker.leave()));
    await scene?.close();
  });

  test('a node is killed: nothing is lost, repeated or reordered, and every stay goes on', async () => {
    await load.during(async () => {
      const { cluster } = scene;
      expect(cluster.balancer.connections(cluster.node(0).url)).toBeGreaterThan(0);
      await cluster.node(0).kill('SIGKILL');
      await pace(2000);
      await cluster.start(0);
    });
  });

  test('all nodes are restarted one after the other: the same', async () => {
    await load.during(async () => {
      for (const place of scene.cluster.nodes.keys()) {
        expect(await scene.cluster.restart(place)).toEqual({ code: 0, signal: null });
      }
    });
  });

  test('Redis stands still for 5 s: the same', async () => {
    await load.during(async () => {
      scene.redis.pause();
      await pace(5000);
      scene.redis.resume();
    });
  });

  test('Redis is killed and started again with what it wrote: the same', async () => {
    await load.during(async () => {
      await scene.redis.stop('SIGKILL');
      await pace(1000);
      await scene.redis.start();
    });
  });

  test('then everybody leaves, is seen to leave once, and no ghost is left', async () => {
    await load.end();
  });
});
