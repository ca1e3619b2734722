import { Balancer, type Balancing } from './balancer.ts';
import { type Exit, ServerProcess } from './server-process.ts';
import { until } from './waiting.ts';

/** On a machine that does much else. */
const READY_MS = 60_000;

export interface ClusterOptions {
  readonly nodes: number;
  readonly mongoUri: string;
  readonly redisUrl: string;
  /** Environment variables of every node. */
  readonly env?: Readonly<Record<string, string>>;
  /** Environment variables of one node, by its index from 0. */
  readonly envOf?: (place: number) => Readonly<Record<string, string>>;
  readonly balancing?: Balancing;
}

/** Nodes in separate processes that share a MongoDB and a Redis, behind a load balancer. */
export class Cluster {
  readonly balancer: Balancer;
  readonly #main: string;
  readonly #envOf: (place: number) => Readonly<Record<string, string>>;
  readonly #nodes: ServerProcess[];

  private constructor(
    main: string,
    envOf: (place: number) => Readonly<Record<string, string>>,
    nodes: ServerProcess[],
    balancer: Balancer,
  ) {
    this.#main = main;
    this.#envOf = envOf;
    this.#nodes = nodes;
    this.balancer = balancer;
  }

  /** @param main the built server's main file */
  static async start(main: string, options: ClusterOptions): Promise<Cluster> {
    const envOf = (place: number) => ({
      // All nodes sign and verify the same tokens.
      JWT_SECRET: 'the secret that all nodes of this test share',
      MONGO_URI: options.mongoUri,
      REDIS_URL: options.redisUrl,
      STUN_URLS: 'stun:127.0.0.1:3478',
      ...options.env,
      ...options.envOf?.(place),
    });
    const started = await Promise.allSettled(
      Array.from({ length: options.nodes }, (_, place) => ServerProcess.start(main, envOf(place))),
    );
    const nodes = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failed = started.find((one) => one.status === 'rejected');
    if (failed !== undefined) {
      await Promise.all(nodes.map((node) => node.close()));
      throw failed.reason;
    }
    const urls = nodes.map(({ url }) => url);
    return new Cluster(main, envOf, nodes, await Balancer.start(urls, options.balancing));
  }

  /** The balancer's URL, which clients connect to. */
  get url(): string {
    return this.balancer.url;
  }

  get graphqlUrl(): string {
    return `${this.url}/graphql`;
  }

  get socketUrl(): string {
    return `${this.url.replace('http', 'ws')}/graphql`;
  }

  get nodes(): readonly ServerProcess[] {
    return this.#nodes;
  }

  /** One node, by its index from 0. */
  node(place: number): ServerProcess {
    const node = this.#nodes[place];
    if (node === undefined) throw new Error(`There is no node ${place}.`);
    return node;
  }

  /** Restarts a node that has ended, on the same port; resolves when it is ready. */
  async start(place: number): Promise<void> {
    const node = await ServerProcess.start(this.#main, this.#envOf(place), this.node(place));
    this.#nodes[place] = node;
    await until(() => isReady(node), `node ${place} to be ready`, READY_MS);
  }

  /** Stops a node, as a deployment does, and starts it again. */
  async restart(place: number): Promise<Exit> {
    const exit = await this.node(place).kill('SIGTERM');
    await this.start(place);
    return exit;
  }

  async close(): Promise<void> {
    await this.balancer.close();
    await Promise.all(this.#nodes.map((node) => node.close()));
  }
}

/** Whether a node says that it is ready for traffic. */
export async function isReady({ url }: { readonly url: string }): Promise<boolean> {
  const answer = await fetch(`${url}/health/ready`).catch(() => null);
  return answer?.status === 200;
}
