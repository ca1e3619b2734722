import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';
import { RedisServer } from './redis.ts';
import { until } from './waiting.ts';

/** The sentinels' name for the master. */
export const MASTER = 'calls';
const SENTINELS = 3;
const DOWN_AFTER_MS = 1000;

/** One sentinel on a free loopback port. */
class Sentinel {
  readonly port: number;
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(port: number, folder: string, child: ChildProcess) {
    this.port = port;
    this.#folder = folder;
    this.#child = child;
  }

  static async start(binary: string, masterPort: number): Promise<Sentinel> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'peerql-sentinel-'));
    const file = join(folder, 'sentinel.conf');
    const monitor = [
      `monitor ${MASTER} 127.0.0.1 ${masterPort} 2`,
      `down-after-milliseconds ${MASTER} ${DOWN_AFTER_MS}`,
      // Twice this time has to pass between two failovers.
      `failover-timeout ${MASTER} 2000`,
    ].map((line) => `sentinel ${line}`);
    writeFileSync(
      file,
      [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, ...monitor, ''].join('\n'),
    );
    const child = spawn(binary, [file, '--sentinel'], { stdio: 'ignore' });
    process.once('exit', () => child.kill('SIGKILL'));
    return new Sentinel(port, folder, child);
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A master with an append-only file, its replica, and three sentinels that watch both. */
export class RedisBehindSentinels {
  readonly servers: readonly RedisServer[];
  readonly #sentinels: readonly Sentinel[];

  private constructor(servers: readonly RedisServer[], sentinels: readonly Sentinel[]) {
    this.servers = servers;
    this.#sentinels = sentinels;
  }

  /** Resolves once every sentinel knows the others and a replica that could take over. */
  static async start(binary: string): Promise<RedisBehindSentinels> {
    const master = await RedisServer.start(binary, { durable: true });
    const replica = await RedisServer.start(binary, { durable: true, replicaOf: master.port });
    const sentinels = await Promise.all(
      Array.from({ length: SENTINELS }, () => Sentinel.start(binary, master.port)),
    );
    const all = new RedisBehindSentinels([master, replica], sentinels);
    await all.#settled();
    return all;
  }

  /** The value for REDIS_URL. */
  get url(): string {
    const hosts = this.#sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
    return `redis+sentinel://${hosts}/${MASTER}`;
  }

  /** Resolves once all sentinels agree that the replica could take over. */
  async #settled(): Promise<void> {
    await until(async () => {
      const told = await Promise.all(this.#sentinels.map(({ port }) => this.#fitFor(port)));
      return told.every(Boolean);
    }, 'the sentinels to know each other and the replica');
  }

  /** The current master, according to the sentinels. */
  async master(): Promise<RedisServer> {
    const [sentinel] = this.#sentinels;
    const told = await ask(sentinel?.port ?? 0, (client) =>
      client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', MASTER),
    );
    const port = Array.isArray(told) ? Number(told[1]) : 0;
    const found = this.servers.find((server) => server.port === port);
    if (found === undefined) throw new Error(`There is no Redis at ${port}.`);
    return found;
  }

  /** The current replica. */
  async replica(): Promise<RedisServer> {
    const master = await this.master();
    const found = this.servers.find((server) => server !== master);
    if (found === undefined) throw new Error('There is no replica.');
    return found;
  }

  /** Makes the sentinels promote the replica although nothing is wrong. */
  async failOver(): Promise<void> {
    await ask(this.#sentinels[0]?.port ?? 0, (client) =>
      client.call('SENTINEL', 'FAILOVER', MASTER),
    );
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#sentinels.map((sentinel) => sentinel.stop()));
    await Promise.all(this.servers.map((server) => server.dispose()));
  }

  async #fitFor(port: number): Promise<boolean> {
    const told = await ask(port, (client) =>
      Promise.all([
        client.call('SENTINEL', 'CKQUORUM', MASTER).catch(String),
        client.call('SENTINEL', 'SENTINELS', MASTER),
        client.call('SENTINEL', 'REPLICAS', MASTER),
      ]),
    ).catch(() => null);
    if (told === null) return false;
    const [quorum, others, replicas] = told;
    const known = Array.isArray(others) ? others.length : 0;
    const text = JSON.stringify(replicas);
    return (
      String(quorum).startsWith('OK') &&
      known === SENTINELS - 1 &&
      text.includes('"master-link-status","ok"') &&
      !/(s|o)_down|disconnected/.test(text)
    );
  }
}

async function ask<Result>(
  port: number,
  work: (client: Redis) => Promise<Result>,
): Promise<Result> {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    enableReadyCheck: false,
    retryStrategy: null,
  });
  client.on('error', () => {});
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}
