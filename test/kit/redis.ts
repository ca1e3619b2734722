import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import type { FakeTime } from './fake-time.ts';
import { freePort } from './free-port.ts';
import { findOrSkip } from './program.ts';

/**
 * The path of a real redis-server: `REDIS_BINARY`, or one on the PATH. Without one it prints one line and returns null,
 * so that tests are skipped; under CI it throws.
 */
export function findRedis(): string | null {
  return findOrSkip(
    'REDIS_BINARY',
    ['redis-server'],
    'No redis-server: the tests of several servers need one. Run apt-get install redis-server, or set REDIS_BINARY.',
  );
}

interface RedisOptions {
  /** Keeps an append-only file, so that data survives a restart. */
  readonly durable?: boolean;
  /** Makes it a member of a Redis Cluster that has no slots yet. */
  readonly cluster?: boolean;
  /** Makes it a replica of the server at this port. */
  readonly replicaOf?: number;
  /** The clock that it goes by. Default: that of the machine. */
  readonly time?: FakeTime;
}

/** A redis-server on a free loopback port. Unless it is durable, it is empty after a restart. */
export class RedisServer {
  readonly #binary: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'peerql-redis-'));
  readonly #endWithUs = () => this.#child?.kill('SIGKILL');
  readonly port: number;
  /** The port for the messages between members of a Redis Cluster; null outside a cluster. */
  readonly busPort: number | null;
  readonly #durable: boolean;
  /** The clock that it goes by; null: that of the machine. */
  readonly time: FakeTime | null;
  #replicaOf: number | null;
  #child: ChildProcess | null = null;

  private constructor(binary: string, port: number, busPort: number | null, options: RedisOptions) {
    this.#binary = binary;
    this.port = port;
    this.busPort = busPort;
    this.#durable = options.durable ?? false;
    this.#replicaOf = options.replicaOf ?? null;
    this.time = options.time ?? null;
  }

  static async start(binary: string, options: RedisOptions = {}): Promise<RedisServer> {
    const busPort = options.cluster === true ? await freePort() : null;
    const server = new RedisServer(binary, await freePort(), busPort, options);
    process.once('exit', server.#endWithUs);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it again after `stop`, on the same port. Resolves once it takes connections. */
  async start(): Promise<void> {
    const options = [
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      this.#durable ? 'yes' : 'no',
      // What is acknowledged is in the file, though the disk is slow: only a machine that crashes would lose it.
      '--appendfsync',
      'no',
      '--enable-debug-command',
      'local',
      '--enable-protected-configs',
      'local',
      ...(this.busPort === null
        ? []
        : ['--cluster-enabled', 'yes', '--cluster-port', String(this.busPort)]),
      ...(this.busPort === null ? [] : ['--cluster-node-timeout', '1500']),
      ...(this.#replicaOf === null ? [] : ['--replicaof', `127.0.0.1 ${this.#replicaOf}`]),
      ...['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1'],
      '--dir',
    ];
    const child = spawn(
      this.#binary,
      ['--port', String(this.port), ...options, this.#folder, '--daemonize', 'no'],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...this.time?.env } },
    );
    this.#child = child;
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line.includes('Ready to accept connections')) {
        child.stdout.resume();
        return;
      }
    }
    throw new Error(`redis-server ended before it listened:\n${lines.slice(-10).join('\n')}`);
  }

  /** Ends it; resolves once it is gone. */
  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
    this.#child = null;
  }

  /** Makes it a replica of the one at a port, or a master; a later `start` keeps to it. */
  async follow(port: number | null): Promise<void> {
    this.#replicaOf = port;
    await this.ask((client) =>
      port === null ? client.replicaof('NO', 'ONE') : client.replicaof('127.0.0.1', port),
    );
  }

  /** Asks it over a connection of its own. */
  async ask<Result>(work: (client: Redis) => Promise<Result>): Promise<Result> {
    const client = new Redis(this.url, { enableReadyCheck: false, retryStrategy: null });
    client.on('error', () => {});
    try {
      return await work(client);
    } finally {
      client.disconnect();
    }
  }

  /** Freezes it: its sockets stay open and answer nothing. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  /** Continues it after `pause`. */
  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Ends it and deletes its folder. */
  async dispose(): Promise<void> {
    this.resume();
    await this.stop();
    process.off('exit', this.#endWithUs);
    await rm(this.#folder, { recursive: true, force: true });
  }
}
