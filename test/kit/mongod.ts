import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import mongoose from 'mongoose';
import { findOrSkip } from './program.ts';

const FREEZE_MS = 5000;
const REPLICA_SET = 'peerql';
const CACHED = join(import.meta.dirname, '../../.cache/mongod/mongod');

/**
 * The path of a real mongod: `MONGOD_BINARY`, or one on the PATH, or the one from `.ci/get-mongod`. Without one it
 * prints one line and returns null, so that tests are skipped; under CI it throws.
 */
export function findMongod(): string | null {
  return findOrSkip(
    'MONGOD_BINARY',
    ['mongod'],
    'No mongod: the tests of the MongoDB store need one. Run .ci/get-mongod, or set MONGOD_BINARY.',
    CACHED,
  );
}

/** A mongod on a free loopback port, with a separate database folder. */
export class Mongod {
  readonly #binary: string;
  readonly #dbPath = mkdtempSync(join(tmpdir(), 'peerql-mongod-'));
  readonly #endWithUs = () => this.#child?.kill('SIGKILL');
  readonly #replicaSet: string | null;
  #child: ChildProcess | null = null;
  #port = 0;

  private constructor(binary: string, replicaSet: string | null) {
    this.#binary = binary;
    this.#replicaSet = replicaSet;
  }

  static async start(binary: string): Promise<Mongod> {
    const mongod = new Mongod(binary, null);
    process.once('exit', mongod.#endWithUs);
    await mongod.start();
    return mongod;
  }

  /**
   * Starts a replica set, which may have one member; resolves once it has a primary.
   *
   * @param electable how many of the members, from the first one, can become the primary. Default: all
   */
  static async startReplicaSet(
    binary: string,
    members: number,
    electable = members,
  ): Promise<Mongod[]> {
    const mongods = await Promise.all(
      Array.from({ length: members }, async () => {
        const mongod = new Mongod(binary, REPLICA_SET);
        process.once('exit', mongod.#endWithUs);
        await mongod.start();
        return mongod;
      }),
    );
    const hosts = mongods.map(({ host }, _id) => ({
      _id,
      host,
      priority: _id < electable ? 1 : 0,
    }));
    // Elections within a second or two instead of ten.
    const settings = { electionTimeoutMillis: 1000, heartbeatIntervalMillis: 500 };
    const initiate = { replSetInitiate: { _id: REPLICA_SET, members: hosts, settings } };
    for (const first of mongods.slice(0, 1)) await first.#command(initiate);
    const set = await mongoose.createConnection(replicaSetUri(mongods, 'admin')).asPromise();
    await set.getClient().db().command({ ping: 1 });
    await set.close();
    return mongods;
  }

  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** The connection string of a database on it. */
  uri(database: string): string {
    return this.#replicaSet === null
      ? `mongodb://${this.host}/${database}`
      : replicaSetUri([this], database);
  }

  /** Starts it again after `stop`, on the same port with the same data. Resolves once it listens. */
  async start(): Promise<void> {
    const options = ['--bind_ip', '127.0.0.1', '--nounixsocket', '--wiredTigerCacheSizeGB', '0.25'];
    const child = spawn(
      this.#binary,
      [
        ...['--dbpath', this.#dbPath, '--port', String(this.#port), ...options],
        ...(this.#replicaSet === null ? [] : ['--replSet', this.#replicaSet]),
        // Lets tests make it refuse commands.
        ...['--setParameter', 'enableTestCommands=1'],
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    this.#child = child;
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      const port = /"msg":"Waiting for connections","attr":\{"port":(\d+)/.exec(line)?.[1];
      if (port !== undefined) {
        this.#port = Number(port);
        child.stdout.resume();
        return;
      }
    }
    throw new Error(`mongod ended before it listened:\n${lines.slice(-10).join('\n')}`);
  }

  /** Ends it; resolves once it is gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
    this.#child = null;
  }

  /** Makes it refuse writes with this error code; null: it takes them again. */
  async refuseWrites(errorCode: number | null): Promise<void> {
    await this.#command({
      configureFailPoint: 'failCommand',
      mode: errorCode === null ? 'off' : 'alwaysOn',
      data: { failCommands: ['insert', 'update', 'delete'], errorCode: errorCode ?? 0 },
    });
  }

  /** As the primary: does without being one for some seconds, whether or not another one can be elected. */
  stepDown(seconds: number): Promise<void> {
    return this.#command({
      replSetStepDown: seconds,
      secondaryCatchUpPeriodSecs: 0,
      force: true,
    });
  }

  async #command(command: Record<string, unknown>): Promise<void> {
    const connection = await mongoose
      .createConnection(`mongodb://${this.host}/?directConnection=true`)
      .asPromise();
    await connection.getClient().db('admin').command(command);
    await connection.close();
  }

  /** Freezes it: its sockets stay open and answer nothing. Returns once all of its threads are stopped. */
  freeze(): void {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('mongod does not run.');
    this.#child?.kill('SIGSTOP');
    const deadline = Date.now() + FREEZE_MS;
    while (!standsStill(pid)) {
      if (Date.now() > deadline) throw new Error(`mongod did not stop within ${FREEZE_MS} ms.`);
    }
  }

  /** Continues it after `freeze`. */
  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Ends it and deletes its data. */
  async dispose(): Promise<void> {
    await this.stop('SIGKILL');
    process.off('exit', this.#endWithUs);
    await rm(this.#dbPath, { recursive: true, force: true });
  }
}

/** The connection string of a database on a replica set. */
export function replicaSetUri(members: readonly Mongod[], database: string): string {
  const hosts = members.map(({ host }) => host).join(',');
  return `mongodb://${hosts}/${database}?replicaSet=${REPLICA_SET}`;
}

/** Whether all threads of a process are stopped (proc(5), the third field of `stat`). */
function standsStill(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
  });
}
