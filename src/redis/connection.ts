import { Cluster, type Redis } from 'ioredis';
import type { Clock, Timer } from '../domain/clock.ts';
import { NotWorkingError, UnavailableError } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';
import { Absence } from './absence.ts';
import { Channels } from './channels.ts';
import { connect } from './clients.ts';
import { Outstanding } from './outstanding.ts';
import { isReadOnly, isRefusal, reasonOf } from './reasons.ts';
import type { Script } from './script.ts';
import { ScriptCalls } from './script-calls.ts';
import { scripts } from './scripts.ts';
import { WorkProbe } from './work-probe.ts';
import { type Collected, WriteBatch } from './write-batch.ts';

/** How often the connections are looked after, in milliseconds. */
const WATCH_MS = 500;
/** How long Redis may take to answer before it counts as away, in milliseconds. */
const ANSWER_MS = 2000;
/** How often Redis is asked to do some work, in milliseconds. */
const WORK_MS = 2000;
/** How long a replica that was the master is left alone after a reconnect, in milliseconds. */
const RECONNECT_MS = 1000;

const SILENT = 'Redis does not answer.';
const AWAY = 'Calls cannot be changed at the moment; try again shortly.';

export interface ConnectionOptions {
  /** One URL; or several nodes of one Redis Cluster. */
  readonly urls: readonly string[];
  /** For how long Redis may be away before `onLost` is called, in milliseconds. */
  readonly lostMs: number;
}

/**
 * Two connections to Redis, or to a Redis Cluster: one for commands, one that listens. Commands of one turn leave in
 * one write. Nothing is queued while Redis is away, and nothing is sent twice: what was under way then is rejected.
 */
export class RedisConnection {
  readonly #commands: Redis | Cluster;
  readonly #listening: Redis | Cluster;
  /** Null with a Redis Cluster, whose client has a connection for each of its nodes. */
  readonly #batch: WriteBatch | null;
  readonly #work: WorkProbe;
  readonly #scripts: Script[] = Object.values(scripts);
  readonly #calls: ScriptCalls;
  readonly #options: ConnectionOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #asked = new Outstanding();
  readonly #onReady: (() => Promise<void>)[] = [];
  readonly #absence: Absence;
  readonly #channels: Channels;
  #watch: Timer;
  #identity = '';
  #ready = false;
  #preparing = false;
  #closed = false;
  #probeSince: number | null = null;
  #lookedAt = performance.now();
  #workedAt = Number.NEGATIVE_INFINITY;
  #leftAt = Number.NEGATIVE_INFINITY;
  /** What went wrong last while there was no connection; null once there is one. */
  #trouble: unknown = null;

  constructor(options: ConnectionOptions, clock: Clock, log: Logger) {
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.#absence = new Absence(options.lostMs, this.description, log);
    this.#commands = connect(options.urls, 'commands');
    this.#batch = this.#commands instanceof Cluster ? null : new WriteBatch(this.#commands);
    this.#calls = new ScriptCalls(this.#commands);
    this.#listening =
      this.#commands instanceof Cluster ? this.#commands : connect(options.urls, 'listening');
    for (const client of new Set([this.#commands, this.#listening])) {
      client.on('error', (error: Error) => {
        this.#trouble = error;
        this.#log.debug({ err: error }, 'Redis');
      });
      client.on('close', () => this.#away());
      client.on('ready', () => void this.#prepare());
    }
    this.#channels = new Channels(this.#listening);
    this.#work = new WorkProbe(
      {
        isCluster: this.isCluster,
        run: (script, keys, args) => this.#calls.call(script, keys, args),
      },
      clock,
    );
    for (const channel of this.#work.channels) {
      this.#channels.note(channel, (message) => this.#work.heard(message));
    }
    this.#watch = clock.after(WATCH_MS, () => this.#look());
  }

  /** The client itself, for what brings its own commands. */
  get client(): Redis | Cluster {
    return this.#commands;
  }

  get isCluster(): boolean {
    return this.#commands instanceof Cluster;
  }

  /**
   * Names what is stored, and changes where that may have gone back: after a failover, a restart. Empty with a Redis
   * Cluster, where each master has one of its own.
   */
  get identity(): string {
    return this.#identity;
  }

  get isReady(): boolean {
    return this.#ready;
  }

  /** Redis' time in milliseconds, as it was measured within the last seconds. */
  get redisNow(): number {
    return this.#work.redisNow;
  }

  /** Whether this machine's clock and Redis' differ by so much that one of them is wrong. */
  get isClockSkewed(): boolean {
    return this.#work.isSkewed;
  }

  /** Calls `listener` each time Redis is back, before anything else is asked of it; also the first time. */
  onReady(listener: () => Promise<void>): void {
    this.#onReady.push(listener);
  }

  /** Calls `listener` when Redis has been away for as long as may be. */
  onLost(listener: () => void): void {
    this.#absence.onLost(listener);
  }

  /** Calls `listener` when Redis is back after that. */
  onFound(listener: () => void): void {
    this.#absence.onFound(listener);
  }

  /**
   * Resolves once Redis is there for the first time; rejects with one clear sentence where it does not come, and at
   * once where the user, the password or a right of it is wrong.
   */
  async opened(withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (!this.#ready) {
      if (performance.now() > deadline || isRefusal(this.#trouble)) {
        throw this.#refusal(this.#trouble);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const trouble = await this.#work.trouble();
    if (isRefusal(trouble)) throw this.#refusal(trouble);
  }

  /** Where it is, without credentials. */
  get description(): string {
    return this.#options.urls.map((url) => new URL(url).host).join(', ');
  }

  /**
   * Has Redis write, run a script and publish.
   *
   * @throws NotWorkingError with the reason in words for operators, UnavailableError where it does not answer
   */
  async ping(): Promise<void> {
    const trouble = this.#ready ? await this.#work.trouble() : this.#absent();
    if (trouble === null && this.#ready) return;
    const reason = reasonOf(trouble);
    if (reason !== null) throw new NotWorkingError(reason, { cause: trouble });
    throw new UnavailableError(SILENT, { cause: trouble });
  }

  /** Keeps scripts ready in Redis from now on. @throws UnavailableError */
  async use(more: readonly Script[]): Promise<void> {
    this.#scripts.push(...more);
    await this.#run(() => this.#load(more));
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
  async listen(channel: string, listener: (message: string) => void): Promise<void> {
    // It is listened on as soon as Redis is back, where it is away.
    this.#channels.note(channel, listener);
    await this.#run(() => this.#channels.listen(channel, listener));
  }

  unlisten(channel: string): void {
    this.#channels.unlisten(channel).catch(() => {});
  }

  /** Resolves when all that was asked has been answered, and all that was told by then has come. */
  async settled(): Promise<void> {
    this.#batch?.sendCollected();
    await this.#asked.none();
    if (this.#ready) await this.#listening.ping().catch(() => {});
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#ready = false;
    this.#watch.cancel();
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

  async #load(all: readonly Script[]): Promise<void> {
    const nodes =
      this.#commands instanceof Cluster ? this.#commands.nodes('master') : [this.#commands];
    await Promise.all(
      nodes.flatMap((node) => all.map(({ source }) => node.script('LOAD', source))),
    );
  }

  async #prepare(): Promise<void> {
    const clients = [this.#commands, this.#listening];
    if (this.#preparing || this.#closed || clients.some(({ status }) => status !== 'ready')) return;
    this.#preparing = true;
    try {
      await this.#load(this.#scripts);
      await this.#channels.renew();
      if (!this.isCluster) {
        const info = await this.#commands.info('replication');
        this.#identity = /^master_replid:(\w+)/m.exec(info)?.[1] ?? '';
      }
      if (clients.some(({ status }) => status !== 'ready')) return;
      this.#ready = true;
      this.#trouble = null;
      this.#absence.end();
      this.#probeSince = null;
      for (const listener of this.#onReady) await listener();
      this.#absence.over();
    } catch (error) {
      this.#trouble = error;
      this.#log.debug({ err: error }, 'Redis went away again');
      this.#away();
    } finally {
      this.#preparing = false;
    }
  }

  #away(): void {
    this.#ready = false;
    this.#absence.begin();
  }

  /** Notices a Redis that does not answer although its connections stand, and one that is away for too long. */
  #look(): void {
    this.#watch = this.#clock.after(WATCH_MS, () => this.#look());
    const now = performance.now();
    // Where this process stood still itself, the answer may be there and not have been read yet.
    if (this.#probeSince !== null && now - this.#lookedAt > 2 * WATCH_MS) this.#probeSince = now;
    this.#lookedAt = now;
    if (this.#probeSince !== null && now - this.#probeSince > ANSWER_MS) {
      this.#probeSince = null;
      this.#reconnect();
    } else if (this.#ready && this.#probeSince === null) {
      this.#probe(now);
    } else if (!this.#ready && !this.#preparing) {
      void this.#prepare();
    }
    if (this.#ready && now - this.#workedAt > WORK_MS) {
      this.#workedAt = now;
      void this.#work.trouble().then((trouble) => this.#leaveReplica(trouble));
    }
    this.#absence.look(now);
  }

  #probe(now: number): void {
    this.#probeSince = now;
    Promise.all([this.#commands.ping(), this.#listening.ping()]).then(
      () => {
        this.#probeSince = null;
      },
      () => this.#away(),
    );
  }

  /** A replica that was the master before a failover: the next connection may lead to the new one. */
  #leaveReplica(error: unknown): void {
    const now = performance.now();
    if (!isReadOnly(error) || now - this.#leftAt < RECONNECT_MS) return;
    this.#leftAt = now;
    this.#trouble = error;
    this.#reconnect();
  }

  /** Why there is no Redis, as far as is known. */
  #absent(): unknown {
    // The client takes a Redis for ready when it has loaded its data.
    return this.#commands.status === 'connect' ? 'LOADING' : this.#trouble;
  }

  #refusal(trouble: unknown): Error {
    const at = this.description;
    const reason = reasonOf(trouble);
    return new Error(reason === null ? `Redis does not answer at ${at}.` : `${reason} (${at})`);
  }

  #reconnect(): void {
    this.#away();
    this.#commands.disconnect(true);
    if (this.#listening !== this.#commands) this.#listening.disconnect(true);
  }
}
