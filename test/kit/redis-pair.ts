import { FakeTime } from './fake-time.ts';
import { FaultyNetwork } from './faulty-network.ts';
import { RedisServer } from './redis.ts';
import { pace, until } from './waiting.ts';

/** How long a master takes no writes at most while it hands over, in milliseconds. */
const HAND_OVER_MS = 10_000;

/**
 * A master and a replica, each with an append-only file and a clock of its own, behind addresses that lead to the one
 * that is the master: what a proxy or a moved address gives to those who use no sentinels.
 */
export class RedisPair {
  master: RedisServer;
  replica: RedisServer;
  readonly #times: readonly FakeTime[];
  /** Between the replica and its master. */
  readonly #replication: FaultyNetwork;
  readonly #ways: FaultyNetwork[] = [];

  private constructor(
    [master, replica]: readonly [RedisServer, RedisServer],
    times: readonly FakeTime[],
    replication: FaultyNetwork,
    way: FaultyNetwork,
  ) {
    this.master = master;
    this.replica = replica;
    this.#times = times;
    this.#replication = replication;
    this.#ways.push(way);
  }

  /** @param library libfaketime; null: both go by the machine's clock */
  static async start(binary: string, library: string | null): Promise<RedisPair> {
    const times = library === null ? [] : [new FakeTime(library), new FakeTime(library)];
    const options = times.map((time) => ({ time }));
    const master = await RedisServer.start(binary, { durable: true, ...options[0] });
    const replication = await FaultyNetwork.start(master.url);
    const replica = await RedisServer.start(binary, {
      durable: true,
      replicaOf: replication.port,
      ...options[1],
    });
    const way = await FaultyNetwork.start(master.url);
    const pair = new RedisPair([master, replica], times, replication, way);
    await pair.#settled();
    return pair;
  }

  /** Where everybody comes who has no way of their own. */
  get url(): string {
    return urlOf(this.#ways[0]);
  }

  /** Another way to the master. */
  async way(): Promise<{ readonly network: FaultyNetwork; readonly url: string }> {
    const network = await FaultyNetwork.start(this.master.url);
    this.#ways.push(network);
    return { network, url: urlOf(network) };
  }

  /**
   * The replica becomes the master and the master its replica, which was killed or does not know yet.
   *
   * @param lackMs for how long the replica has not heard of what was written
   */
  async failOver(kill: boolean, lackMs: number): Promise<void> {
    const { master: former, replica: next } = this;
    // After a restart of the master, the replica gets everything anew.
    await this.#settled();
    if (lackMs > 0) {
      for (const link of this.#replication.links) link.silence();
      await pace(lackMs);
    }
    if (kill) await former.stop('SIGKILL');
    await next.follow(null);
    for (const network of [this.#replication, ...this.#ways]) network.targetPort = next.port;
    if (kill) await former.start();
    await former.follow(this.#replication.port);
    for (const link of this.#replication.links) link.cut();
    this.master = next;
    this.replica = former;
    await this.#settled();
  }

  /** A failover as an operator makes it: the master takes no writes until its replica has all of them, and then dies. */
  async handOver(): Promise<void> {
    await this.#settled();
    await this.master.ask((client) => client.call('CLIENT', 'PAUSE', HAND_OVER_MS, 'WRITE'));
    await until(() => this.#isLevel(), 'the replica to have everything', HAND_OVER_MS);
    await this.failOver(true, 0);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#ways, this.#replication].map((network) => network.close()));
    await Promise.all([this.master, this.replica].map((server) => server.dispose()));
    for (const time of this.#times) time.dispose();
  }

  async #isLevel(): Promise<boolean> {
    const offset = async (of: RedisServer, name: string) => {
      const info = await of.ask((client) => client.info('replication'));
      return new RegExp(`${name}:(\\d+)`).exec(info)?.[1];
    };
    const had = await offset(this.replica, 'slave_repl_offset');
    return had !== undefined && had === (await offset(this.master, 'master_repl_offset'));
  }

  /** Resolves once the replica has what the master has. */
  async #settled(): Promise<void> {
    const isUp = async () => {
      const info = await this.replica.ask((client) => client.info('replication'));
      return info.includes('master_link_status:up');
    };
    await until(isUp, 'the replica to follow its master', 60_000);
  }
}

const urlOf = (way: FaultyNetwork | undefined) => `redis://127.0.0.1:${way?.port}`;
