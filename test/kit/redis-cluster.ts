import { Redis } from 'ioredis';
import { RedisServer } from './redis.ts';
import { until } from './waiting.ts';

const SLOTS = 16_384;
const MASTERS = 3;
/** Keys of which each is in the slots of another master. */
const KEY_OF_MASTER = ['b', 'c', 'a'] as const;

/** A Redis Cluster of three masters on loopback, without replicas. It keeps nothing. */
export class RedisClusterServers {
  readonly #masters: readonly RedisServer[];

  private constructor(masters: readonly RedisServer[]) {
    this.#masters = masters;
  }

  /** Resolves once every master knows who has which slots. */
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

  /** A channel of each master: what is published there comes after all that its master has told before. */
  channels(name: string): readonly string[] {
    return KEY_OF_MASTER.map((key) => `{${key}}:${name}`);
  }

  async empty(): Promise<void> {
    await this.#onEach((client) => client.flushall());
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#masters.map((master) => master.dispose()));
  }

  async #onEach(work: (client: Redis, master: number) => Promise<unknown>): Promise<void> {
    await Promise.all(
      this.#masters.map(async ({ url }, master) => {
        const client = new Redis(url);
        await work(client, master);
        client.disconnect();
      }),
    );
  }
}
