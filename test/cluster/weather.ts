import type { FakeTime } from '../kit/fake-time.ts';
import type { FaultyNetwork } from '../kit/faulty-network.ts';
import type { RedisPair } from '../kit/redis-pair.ts';
import { pace } from '../kit/waiting.ts';
import type { Scenery } from './scenery.ts';

/** What may befall a cluster, one after the other. */
export interface Sky {
  readonly scene: Scenery<RedisPair>;
  /** Between the first node and Redis. */
  readonly network: FaultyNetwork;
  /** The clock of the second node; null without libfaketime. */
  readonly nodeTime: FakeTime | null;
  readonly random: () => number;
  /** Resolves once all nodes are ready. */
  healed(): Promise<void>;
}

type Fault = (sky: Sky) => Promise<void>;

/** How far clocks are set from the machine's, in seconds. */
const SET_S = 10;

const anyNode = ({ scene, random }: Sky) => Math.floor(random() * scene.cluster.nodes.length);

async function freeze(sky: Sky, ms: number): Promise<void> {
  const node = sky.scene.cluster.node(anyNode(sky));
  node.freeze();
  await pace(ms);
  node.thaw();
}

/**
 * The nodes find the new master before anything else happens: what a second fault within moments of a failover may cost,
 * docs/reliability.md says.
 */
async function failOver({ scene, healed }: Sky, kill: boolean, lackMs: number): Promise<void> {
  await scene.redis.failOver(kill, lackMs);
  await healed();
}

async function setClock(time: FakeTime | null, { random }: Sky): Promise<void> {
  time?.set(Math.round((random() * 2 - 1) * SET_S));
  await pace(random() * 2000);
}

/** Each leaves everything whole again, but for clocks: these stay where they were set. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'a node stands still for a moment': (sky) => freeze(sky, sky.random() * 3000),
  'a node stands still for 10 s': (sky) => freeze(sky, 10_000),
  'a node stands still for 40 s': (sky) => freeze(sky, 40_000),
  'a node is killed and started': async (sky) => {
    const place = anyNode(sky);
    await sky.scene.cluster.node(place).kill('SIGKILL');
    await pace(sky.random() * 8000);
    await sky.scene.cluster.start(place);
  },
  'Redis stands still': async ({ scene: { redis }, random }) => {
    redis.master.pause();
    await pace(random() * 4000);
    redis.master.resume();
  },
  'Redis is killed and started': async ({ scene: { redis }, random }) => {
    await redis.master.stop('SIGKILL');
    await pace(random() * 1500);
    await redis.master.start();
  },
  'Redis dies, and its replica takes over': (sky) => failOver(sky, true, 0),
  'Redis dies, and a replica that lacks the last writes takes over': (sky) =>
    failOver(sky, true, 1 + sky.random() * 500),
  'Redis hands over to its replica': async ({ scene: { redis }, healed }) => {
    await redis.handOver();
    await healed();
  },
  'the replica takes over from a Redis that lives': (sky) =>
    failOver(sky, false, sky.random() * 200),
  'the clock of Redis is set': (sky) => setClock(sky.scene.redis.master.time, sky),
  'the clock of a node is set': (sky) => setClock(sky.nodeTime, sky),
  'Redis refuses writes': async ({ scene: { redis }, random }) => {
    const need = (replicas: number) =>
      redis.master.ask((client) => client.config('SET', 'min-replicas-to-write', replicas));
    await need(2);
    await pace(random() * 3000);
    await need(0);
  },
  'Redis forgets its scripts': async ({ scene: { redis } }) => {
    await redis.master.ask((client) => client.script('FLUSH'));
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

/** Each fault once, in any order, and then each once more, without end. */
export function* deck(random: () => number): Generator<string, never> {
  for (;;) {
    const left = Object.keys(FAULTS);
    while (left.length > 0) {
      const [name = ''] = left.splice(Math.floor(random() * left.length), 1);
      yield name;
    }
  }
}
