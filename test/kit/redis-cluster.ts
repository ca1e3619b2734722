import { Redis } from 'ioredis';
import { RedisServer } from './redis.ts';
import { until } from './waiting.ts';

const SLOTS = 16_384;
const MASTERS = 3;
/** Keys whose slots belong to different masters. */
const KEY_OF_MASTER = ['b', 'c', 'a'] as const;

/** A Redis Cluster of three masters on the loopback interface, without persistence. */
export class RedisClusterServers {
  readonly #masters: readonly RedisServer[];
  #replicas: readonly RedisServer[] = [];

  private constructor(masters: readonly RedisServer[]) {
    this.#masters = masters;
  }

  /** Like {@link RedisClusterServers.start}, with a replica of each master. */
  static async startWithReplicas(binary: string): Promise<RedisClusterServers> {
    const cluster = await RedisClusterServers.start(binary);
    cluster.#replicas = await Promise.all(
      cluster.#masters.map(() => RedisServer.start(binary, { cluster: true })),
    );
    await Promise.all(
      cluster.#replicas.map(async (replica, of) => {
        const { port, busPort, url } = cluster.master(of);
        const master = await idOf(url);
        await onServer(replica.url, async (client) => {
          await client.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort ?? 0);
          await until(async () => {
            const done = await client.call('CLUSTER', 'REPLICATE', master).catch(() => null);
            return done === 'OK' && (await client.info('replication')).includes('link_status:up');
          }, 'a replica to follow its master');
        });
      }),
    );
    await cluster.#onEach((client) =>
      until(async () => {
        const nodes = String(await client.cluster('NODES'));
        return nodes.split('slave ').length === MASTERS + 1;
      }, 'the masters to know the replicas'),
    );
    return cluster;
  }

  /** One of the original masters, by its index from 0. */
  master(place: number): RedisServer {
    const master = this.#masters[place];
    if (master === undefined) throw new Error(`There is no master ${place}.`);
    return master;
  }

  /** The index of the master that has the slot of a key. */
  async placeOf(key: string): Promise<number> {
    const slot = await this.#slotOf(key);
    return Math.floor((slot * MASTERS) / SLOTS);
  }

  /**
   * Moves the slot of a key, with all its keys, from one master to another, in the same steps as
   * `redis-cli --cluster reshard`. `between` is called when the keys have moved and the slot has not.
   */
  async moveSlotOf(
    key: string,
    from: number,
    to: number,
    between: () => Promise<void>,
  ): Promise<void> {
    const slot = await this.#slotOf(key);
    const target = this.master(to);
    const [fromId, toId] = await Promise.all([idOf(this.master(from).url), idOf(target.url)]);
    await onServer(this.master(from).url, (source) =>
      onServer(target.url, async (there) => {
        await there.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId);
        await source.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId);
        for (;;) {
          const keys = await source.call('CLUSTER', 'GETKEYSINSLOT', slot, 100);
          if (!Array.isArray(keys) || keys.length === 0) break;
          const where = ['127.0.0.1', target.port, '', 0, 5000];
          await source.call('MIGRATE', ...where, 'KEYS', ...keys.map(String));
        }
        await between();
        await there.call('CLUSTER', 'SETSLOT', slot, 'NODE', toId);
        await source.call('CLUSTER', 'SETSLOT', slot, 'NODE', toId);
      }),
    );
  }

  async #slotOf(key: string): Promise<number> {
    return onServer(this.master(0).url, async (client) =>
      Number(await client.cluster('KEYSLOT', key)),
    );
  }

  /** Resolves once every master knows which slots belong to whom. */
  static async start(binary: string): Promise<RedisClusterServers> {
    const masters: RedisServer[] = [];
    for (let master = 0; master < MASTERS; master += 1) {
      masters.push(await RedisServer.start(binary, { cluster: true }));
    }
    const cluster = new RedisClusterServers(masters);
    const bound = (master: number) => Math.ceil((SLOTS * master) / MASTERS);
    await cluster.#onEach(async (client, master) => {
      await client.cluster('ADDSLOTSRANGE', bound(master), bound(master + 1) - 1);
      for (const { port, busPort } of masters) {
        await client.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort ?? 0);
      }
    });
    await cluster.#onEach((client) =>
      until(async () => {
        const info = String(await client.cluster('INFO'));
        return info.includes('cluster_state:ok') && info.includes(`cluster_size:${MASTERS}`);
      }, 'the masters to know each other'),
    );
    return cluster;
  }

  get urls(): readonly string[] {
    return this.#masters.map(({ url }) => url);
  }

  /** A channel on each master: a message there arrives after everything that its master has published before. */
  channels(name: string): readonly string[] {
    return KEY_OF_MASTER.map((key) => `{${key}}:${name}`);
  }

  async empty(): Promise<void> {
    await this.#onEach((client) => client.flushall());
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#masters, ...this.#replicas].map((server) => server.dispose()));
  }

  async #onEach(work: (client: Redis, master: number) => Promise<unknown>): Promise<void> {
    await Promise.all(
      this.#masters.map(({ url }, master) => onServer(url, (client) => work(client, master))),
    );
  }
}

async function idOf(url: string): Promise<string> {
  return onServer(url, async (client) => String(await client.call('CLUSTER', 'MYID')));
}

async function onServer<Result>(
  url: string,
  work: (client: Redis) => Promise<Result>,
): Promise<Result> {
  const client = new Redis(url);
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}
