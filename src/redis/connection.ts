import { Cluster, type Redis } from 'ioredis';
import type { Clock } from '../domain/clock.ts';
import { UnavailableError } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';
import { Absence } from './absence.ts';
import { Channels } from './channels.ts';
import {
  type ConnectionOptions,
  connect,
  describePlace,
  identityOf,
  loadScripts,
} from './clients.ts';
import { Outstanding } from './outstanding.ts';
import { isReadOnly } from './reasons.ts';
import type { Script } from './script.ts';
import { ScriptCalls } from './script-calls.ts';
import { scripts } from './scripts.ts';
import { Trouble } from './trouble.ts';
import { Watchdog } from './watchdog.ts';
import { WorkProbe } from './work-probe.ts';
import { type Collected, WriteBatch } from './write-batch.ts';

/** How long to wait after a reconnect before a Redis that is not a master is left again, in milliseconds. */
const RECONNECT_MS = 1000;

const AWAY = 'Calls cannot be changed at the moment; try again shortly.';

/**
 * Two connections to Redis, or to a Redis Cluster: one for commands, one that listens. The commands of one turn of the
 * event loop are sent in one write. While Redis is away nothing is queued, and nothing is sent twice: commands that
 * were under way are rejected.
 */
export class RedisConnection {
  /** Where it is, without credentials. */
  readonly description: string;
  readonly isCluster: boolean;
  readonly #commands: Redis | Cluster;
  readonly #listening: Redis | Cluster;
  /** Null with a Redis Cluster, whose client has a connection for each of its nodes. */
  readonly #batch: WriteBatch | null;
  readonly #work: WorkProbe;
  readonly #scripts: Script[] = Object.values(scripts);
  readonly #calls: ScriptCalls;
  readonly #log: Logger;
  readonly #asked = new Outstanding();
  readonly #onReady: (() => Promise<void>)[] = [];
  readonly #absence: Absence;
  readonly #channels: Channels;
  readonly #watchdog: Watchdog;
  readonly #trouble = new Trouble();
  #identity = '';
  #ready = false;
  #preparing = false;
  #closed = false;
  #leftAt = Number.NEGATIVE_INFINITY;

  constructor(options: ConnectionOptions, clock: Clock, log: Logger) {
    this.description = describePlace(options);
    this.#log = log;
    this.#absence = new Absence(options.lostMs, this.description, log);
    this.#commands = connect(options, 'commands');
    this.isCluster = this.#commands instanceof Cluster;
    this.#batch = this.#commands instanceof Cluster ? null : new WriteBatch(this.#commands);
    this.#calls = new ScriptCalls(this.#commands);
    this.#listening = this.isCluster ? this.#commands : connect(options, 'listening');
    for (const client of new Set([this.#commands, this.#listening])) {
      client.on('error', (error: Error) => {
        this.#trouble.note(error);
        this.#log.debug({ err: error }, 'Redis');
      });
      client.on('close', () => this.#away());
      client.on('ready', () => void this.#prepare());
      // Some slots of a Redis Cluster have a new master. It may have less data, and nobody listened there meanwhile.
      client.on('subscribersReady', () => void this.#tellReady().catch(() => {}));
    }
    this.#channels = new Channels(this.#listening);
    const run = this.#calls.call.bind(this.#calls);
    this.#work = new WorkProbe({ isCluster: this.isCluster, run }, clock);
    for (const name of this.#work.channels) {
      this.#channels.note(name, (message) => this.#work.heard(message));
    }
    this.#watchdog = new Watchdog(
      {
        isReady: () => this.#ready,
        answers: () => Promise.all([this.#commands.ping(), this.#listening.ping()]),
        work: () => void this.#work.trouble().then((trouble) => this.#leaveReplica(trouble)),
        prepare: () => void this.#prepare(),
        away: () => this.#away(),
        reconnect: () => this.#reconnect(),
        looked: (now) => this.#absence.look(now),
      },
      clock,
    );
  }

  /**
   * The identity of the stored data. It changes when data may have been lost, after a failover or a restart. Empty with
   * a Redis Cluster, where each master has its own.
   */
  get identity(): string {
    return this.#identity;
  }

  get isReady(): boolean {
    return this.#ready;
  }

  /** Redis' time in milliseconds, according to a measurement of the last seconds. */
  get redisNow(): number {
    return this.#work.redisNow;
  }

  /** Whether this machine's clock and Redis' differ by so much that one of them is wrong. */
  get isClockSkewed(): boolean {
    return this.#work.isSkewed;
  }

  /**
   * Calls `listener` each time the connections are ready, including the first time, and when a Redis Cluster has new
   * masters. Other commands may have been sent before. If it rejects, Redis counts as lost again.
   */
  onReady(listener: () => Promise<void>): void {
    this.#onReady.push(listener);
  }

  /** Calls `lost` when Redis has been away for too long, and `found` when it is back after that. */
  onLost(lost: () => void, found: () => void): void {
    this.#absence.onLost(lost);
    this.#absence.onFound(found);
  }

  /**
   * Resolves once Redis is ready for the first time. Rejects with one sentence if that does not happen in time, and at
   * once if the user, the password or a permission is wrong.
   */
  async opened(withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (!this.#ready) {
      if (performance.now() > deadline || this.#trouble.isRefusal) {
        throw this.#trouble.atStart(this.description);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    this.#trouble.note(await this.#work.trouble());
    if (this.#trouble.isRefusal) throw this.#trouble.atStart(this.description);
  }

  /**
   * Makes Redis write, run a script and publish.
   *
   * @throws NotWorkingError with the reason for operators, UnavailableError if Redis does not answer
   */
  async ping(): Promise<void> {
    if (this.#ready) {
      const trouble = await this.#work.trouble();
      if (trouble === null) return;
      this.#trouble.note(trouble);
      this.#leaveReplica(trouble);
    } else if (this.#commands.status === 'connect') {
      // The client counts a Redis as ready only when it has loaded its data.
      this.#trouble.note('LOADING');
    }
    throw this.#trouble.now;
  }

  /** Keeps scripts ready in Redis from now on. @throws UnavailableError */
  async use(more: readonly Script[]): Promise<void> {
    this.#scripts.push(...more);
    await this.#run(() => loadScripts(this.#commands, more));
  }

  /** Runs a script; calls take effect in the order in which they are made. @throws UnavailableError */
  call(
    script: Script,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    return this.#run(() => this.#calls.call(script, keys, args));
  }

  /**
   * Lets commands be collected until the end of this turn of the event loop, or for longer; but they are sent before
   * any other command, so that calls still take effect in the order in which they are made. With a Redis Cluster they
   * are sent at once.
   */
  collect(collected: Collected): void {
    if (this.#ready && this.#batch !== null) this.#batch.collect(collected);
    else collected.flush();
  }

  /** Runs one command or several. @throws UnavailableError */
  do<Result>(work: (client: Redis | Cluster) => Promise<Result>): Promise<Result> {
    return this.#run(() => work(this.#commands));
  }

  /** Listens on a channel until `unlisten`, across losses of the connection. @throws UnavailableError */
  async listen(...given: Parameters<Channels['note']>): Promise<void> {
    // If Redis is away, the channel is listened on as soon as Redis is back.
    this.#channels.note(...given);
    await this.#run(() => this.#channels.listen(given[0]));
  }

  unlisten(channel: string): void {
    this.#channels.unlisten(channel).catch(() => {});
  }

  /** Resolves when all commands have been answered, and all messages that were published by then have arrived. */
  async settled(): Promise<void> {
    this.#batch?.sendCollected();
    await this.#asked.none();
    if (this.#ready) await this.#listening.ping().catch(() => {});
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#ready = false;
    this.#watchdog.stop();
    this.#listening.disconnect();
    this.#commands.disconnect();
  }

  #run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (!this.#ready) return Promise.reject(new UnavailableError(AWAY));
    this.#batch?.begin();
    this.#asked.begin();
    return work().then(this.#answered, (error: unknown) => this.#failed(error));
  }

  readonly #answered = <Result>(result: Result): Result => {
    this.#asked.end();
    return result;
  };

  #failed(error: unknown): never {
    this.#asked.end();
    this.#log.debug({ err: error }, 'Redis did not do what it was asked');
    this.#leaveReplica(error);
    throw new UnavailableError(AWAY, { cause: error });
  }

  async #prepare(): Promise<void> {
    const clients = [this.#commands, this.#listening];
    if (this.#preparing || this.#closed || clients.some(({ status }) => status !== 'ready')) return;
    this.#preparing = true;
    try {
      this.#identity = await identityOf(this.#commands, this.#listening);
      await loadScripts(this.#commands, this.#scripts);
      await this.#channels.renew();
      if (clients.some(({ status }) => status !== 'ready')) return;
      this.#ready = true;
      this.#trouble.clear();
      this.#absence.end();
      this.#watchdog.reset();
      await this.#tellReady();
      this.#absence.over();
    } catch (error) {
      this.#trouble.note(error);
      this.#log.debug({ err: error }, 'Redis went away again');
      this.#away();
      this.#leaveReplica(error);
    } finally {
      this.#preparing = false;
    }
  }

  async #tellReady(): Promise<void> {
    for (const listener of this.#ready ? this.#onReady : []) await listener();
  }

  #away(): void {
    this.#ready = false;
    this.#absence.begin();
  }

  /** Leaves a replica that was the master before a failover: the next connection may lead to the new master. */
  #leaveReplica(error: unknown): void {
    const now = performance.now();
    if (!isReadOnly(error) || now - this.#leftAt < RECONNECT_MS) return;
    this.#leftAt = now;
    this.#trouble.note(error);
    this.#reconnect();
  }

  #reconnect(): void {
    this.#away();
    for (const client of new Set([this.#commands, this.#listening])) {
      // A client that is just connecting would give up for ever.
      if (client instanceof Cluster || client.status === 'ready' || client.status === 'connect') {
        client.disconnect(true);
      }
    }
  }
}
