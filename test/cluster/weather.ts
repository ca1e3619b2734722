import { Redis } from 'ioredis';
import type { FaultyNetwork } from '../kit/faulty-network.ts';
import { pace } from '../kit/waiting.ts';
import type { Scenery } from './scenery.ts';

/** What may befall a cluster, one after the other. */
export interface Sky {
  readonly scene: Scenery;
  /** Between the first node and Redis. */
  readonly network: FaultyNetwork;
  readonly random: () => number;
}

type Fault = (sky: Sky) => Promise<void>;

const anyNode = ({ scene, random }: Sky) => Math.floor(random() * scene.cluster.nodes.length);

async function freeze(sky: Sky, ms: number): Promise<void> {
  const node = sky.scene.cluster.node(anyNode(sky));
  node.freeze();
  await pace(ms);
  node.thaw();
}

/** Each leaves everything whole again. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'a node stands still for a moment': (sky) => freeze(sky, sky.random() * 3000),
  'a node stands still until it is taken for dead': (sky) => freeze(sky, 9500),
  'a node is killed and started': async (sky) => {
    const place = anyNode(sky);
    await sky.scene.cluster.node(place).kill('SIGKILL');
    await pace(sky.random() * 8000);
    await sky.scene.cluster.start(place);
  },
  'Redis stands still': async ({ scene, random }) => {
    scene.redis.pause();
    await pace(random() * 4000);
    scene.redis.resume();
  },
  'Redis is killed and started': async ({ scene, random }) => {
    await scene.redis.stop('SIGKILL');
    await pace(random() * 1500);
    await scene.redis.start();
  },
  'Redis refuses writes': async ({ scene, random }) => {
    const admin = new Redis(scene.redis.url);
    await admin.config('SET', 'min-replicas-to-write', '1');
    await pace(random() * 3000);
    await admin.config('SET', 'min-replicas-to-write', '0');
    admin.disconnect();
  },
  'Redis forgets its scripts': async ({ scene }) => {
    const admin = new Redis(scene.redis.url);
    await admin.script('FLUSH');
    admin.disconnect();
  },
  'the link of a node is cut': async ({ network, random }) => {
    for (let times = 0; times < 4; times += 1) {
      for (const link of network.links) link.cut();
      await pace(random() * 1500);
    }
  },
  'the link of a node is silent': async ({ network, random }) => {
    for (const link of network.links) link.silence();
    await pace(random() * 9000);
    for (const link of network.links) link.cut();
  },
  'the answers to a node are lost': async ({ network, random }) => {
    for (const link of network.links) link.stall();
    await pace(random() * 1000);
    for (const link of network.links) link.cut();
  },
};
