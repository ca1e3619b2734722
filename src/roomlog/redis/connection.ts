import { createHash } from 'node:crypto';
import { Cluster, type Redis } from 'ioredis';
import type { Clock, Timer } from '../../domain/clock.ts';
import { UnavailableError } from '../../domain/errors.ts';
import type { Logger } from '../../domain/logger.ts';
import { connect } from './clients.ts';
import { type Gathered, Turn } from './turn.ts';

/** How often the connections are looked after, in milliseconds. */
const WATCH_MS = 500;
/** How long Redis may take to answer before it counts as away, in milliseconds. */
const PATIENCE_MS = 2000;

const AWAY = 'The room log does not answer; try again in a moment.';

/** A Lua script, named by its digest once Redis knows it. */
export class Script {
  readonly digest: string;

  constructor(readonly source: string) {
    this.digest = createHash('sha1').update(source).digest('hex');
  }
}

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
  readonly #turn: Turn | null;
  readonly #scripts: readonly Script[];
  readonly #options: ConnectionOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  /** Questions that are not answered yet, and who waits until none is. */
  #asked = 0;
  #waiting: (() => void)[] = [];
  readonly #listeners = {
    ready: new Set<() => Promise<void>>(),
    lost: new Set<() => void>(),
    found: new Set<() => void>(),
  };
  readonly #channels = new Map<string, (message: string) => void>();
  #watch: Timer;
  #ready = false;
  #preparing = false;
  #closed = false;
  /** When Redis went away, by the machine's monotonic clock; null while it is there. */
  #awaySince: number | null = performance.now();
  #told = false;
  #probeSince: number | null = null;
  #lookedAt = performance.now();
  /** What Redis' clock is ahead of the machine's monotonic one. */
  #aheadMs = 0;

  constructor(options: ConnectionOptions, scripts: readonly Script[], clock: Clock, log: Logger) {
    this.#options = options;
    this.#scripts = scripts;
    this.#clock = clock;
    this.#log = log;
    this.#commands = connect(options.urls, 'commands');
    this.#turn = this.#commands instanceof Cluster ? null : new Turn(this.#commands);
    this.#listening =
      this.#commands instanceof Cluster ? this.#commands : connect(options.urls, 'listening');
    for (const client of new Set([this.#commands, this.#listening])) {
      client.on('error', (error: Error) => this.#log.debug({ err: error }, 'Redis'));
      client.on('close', () => this.#away());
      client.on('ready', () => void this.#prepare());
    }
    // As bytes: for texts the client looks up its listeners at each message.
    this.#listening.on('smessageBuffer', (channel: Buffer, message: Buffer) => {
      this.#channels.get(channel.toString())?.(message.toString());
    });
    this.#watch = clock.after(WATCH_MS, () => this.#look());
  }

  /** The client itself, for what brings its own commands. */
  get client(): Redis | Cluster {
    return this.#commands;
  }

  get isReady(): boolean {
    return this.#ready;
  }

  /** Redis' time in milliseconds, as far as is known. */
  get redisNow(): number {
    return performance.now() + this.#aheadMs;
  }

  /** How long a command may wait before it must not take effect any more, in milliseconds. */
  get patienceMs(): number {
    return PATIENCE_MS;
  }

  /** Calls `listener` each time Redis is back, before anything else is asked of it; also the first time. */
  onReady(listener: () => Promise<void>): void {
    this.#listeners.ready.add(listener);
  }

  /** Calls `listener` when Redis has been away for as long as may be. */
  onLost(listener: () => void): void {
    this.#listeners.lost.add(listener);
  }

  /** Calls `listener` when Redis is back after that. */
  onFound(listener: () => void): void {
    this.#listeners.found.add(listener);
  }

  /** Resolves once Redis is there for the first time; rejects with one clear sentence where it does not come. */
  async opened(withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (!this.#ready) {
      if (performance.now() > deadline)
        throw new Error(`Redis does not answer at ${this.description}.`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Where it is, without credentials. */
  get description(): string {
    return this.#options.urls.map((url) => new URL(url).host).join(', ');
  }

  /** Rejects with `UnavailableError` where Redis is away. */
  async ping(): Promise<void> {
    await this.#run(() => this.#commands.ping());
  }

  /** Runs a script; calls take effect in the order in which they are made. @throws UnavailableError */
  call(
    script: Script,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    return this.#run(
      () => this.#commands.evalsha(script.digest, keys.length, ...keys, ...args),
      (error) =>
        error instanceof Error && error.message.startsWith('NOSCRIPT')
          ? this.#commands.eval(script.source, keys.length, ...keys, ...args)
          : Promise.reject(error),
    );
  }

  /**
   * Lets something be gathered until the end of this turn of the event loop, or for longer; but it is asked before
   * anything else is, so that calls still take effect in the order in which they are made. Redis Cluster is asked at once.
   */
  gather(gathered: Gathered): void {
    if (this.#ready && this.#turn !== null) this.#turn.gather(gathered);
    else gathered.ask();
  }

  /** Runs one command or several. @throws UnavailableError */
  do<Result>(work: (client: Redis | Cluster) => Promise<Result>): Promise<Result> {
    return this.#run(() => work(this.#commands));
  }

  /** Listens on a channel until `unlisten`, across losses of the connection. @throws UnavailableError */
  async listen(channel: string, listener: (message: string) => void): Promise<void> {
    this.#channels.set(channel, listener);
    await this.#run(() => this.#listening.ssubscribe(channel));
  }

  unlisten(channel: string): void {
    this.#channels.delete(channel);
    this.#run(() => this.#listening.sunsubscribe(channel)).catch(() => {});
  }

  /** Resolves when all that was asked has been answered, and all that was told by then has come. */
  async settled(): Promise<void> {
    this.#turn?.askGathered();
    while (this.#asked > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#ready) await this.#listening.ping().catch(() => {});
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#ready = false;
    this.#watch.cancel();
    this.#listening.disconnect();
    this.#commands.disconnect();
  }

  #run<Result>(
    work: () => Promise<Result>,
    otherwise?: (error: unknown) => Promise<Result>,
  ): Promise<Result> {
    if (!this.#ready) return Promise.reject(new UnavailableError(AWAY));
    this.#turn?.begin();
    this.#asked += 1;
    return work().then(this.#answered, (error: unknown) =>
      otherwise === undefined
        ? this.#failed(error)
        : otherwise(error).then(this.#answered, (last: unknown) => this.#failed(last)),
    );
  }

  readonly #answered = <Result>(result: Result): Result => {
    this.#asked -= 1;
    if (this.#asked === 0 && this.#waiting.length > 0) {
      for (const resolve of this.#waiting.splice(0)) resolve();
    }
    return result;
  };

  #failed(error: unknown): never {
    this.#answered(null);
    this.#log.debug({ err: error }, 'Redis did not do what it was asked');
    throw new UnavailableError(AWAY, { cause: error });
  }

  async #prepare(): Promise<void> {
    const clients = [this.#commands, this.#listening];
    if (this.#preparing || this.#closed || clients.some(({ status }) => status !== 'ready')) return;
    this.#preparing = true;
    try {
      const nodes =
        this.#commands instanceof Cluster ? this.#commands.nodes('master') : [this.#commands];
      await Promise.all(
        nodes.flatMap((node) => this.#scripts.map(({ source }) => node.script('LOAD', source))),
      );
      // Renewed here and not by the client, whose own renewal nobody could wait for.
      await Promise.all([...this.#channels.keys()].map((name) => this.#listening.ssubscribe(name)));
      const [seconds = 0, microseconds = 0] = await this.#commands.time();
      this.#aheadMs = Number(seconds) * 1000 + Number(microseconds) / 1000 - performance.now();
      if (clients.some(({ status }) => status !== 'ready')) return;
      this.#ready = true;
      this.#awaySince = null;
      this.#probeSince = null;
      for (const listener of this.#listeners.ready) await listener();
      if (this.#told) {
        this.#told = false;
        this.#log.info({}, 'Redis is back');
        for (const listener of this.#listeners.found) listener();
      }
    } catch (error) {
      this.#log.debug({ err: error }, 'Redis went away again');
      this.#away();
    } finally {
      this.#preparing = false;
    }
  }

  #away(): void {
    this.#ready = false;
    this.#awaySince ??= performance.now();
  }

  /** Notices a Redis that does not answer although its connections stand, and one that is away for too long. */
  #look(): void {
    this.#watch = this.#clock.after(WATCH_MS, () => this.#look());
    const now = performance.now();
    // Where this process stood still itself, the answer may be there and not have been read yet.
    if (this.#probeSince !== null && now - this.#lookedAt > 2 * WATCH_MS) this.#probeSince = now;
    this.#lookedAt = now;
    if (this.#probeSince !== null && now - this.#probeSince > PATIENCE_MS) {
      this.#probeSince = null;
      this.#away();
      this.#commands.disconnect(true);
      if (this.#listening !== this.#commands) this.#listening.disconnect(true);
    } else if (this.#ready && this.#probeSince === null) {
      this.#probe(now);
    } else if (!this.#ready && !this.#preparing) {
      void this.#prepare();
    }
    if (this.#awaySince !== null && !this.#told && now - this.#awaySince > this.#options.lostMs) {
      this.#told = true;
      this.#log.error({ at: this.description }, 'Redis is away');
      for (const listener of this.#listeners.lost) listener();
    }
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
}
