import type { ProtocolChoice, Run, WorkloadChoice } from '../generator/main.ts';
import { Mongod } from './mongod.ts';
import { Redis } from './redis.ts';
import { Child } from './rpc.ts';
import type { ServerVariant } from './servers.ts';
import type { Usage } from './usage.ts';

/** One measurement of one workload against one server. */
export interface Measured extends Run {
  server: { cpuMicros: number; wallMicros: number; rssBytes: number };
  /** What the cluster's Redis used; null without Redis. */
  redis: { cpuMicros: number } | null;
}

/** Work that a server does before it is measured. */
export interface WarmUp {
  signals: number;
  calls: number;
  /** Calls that ring; only for servers that have them, before a workload of them. */
  rings: number;
  /** The limit for each of the three. */
  atMostSeconds: number;
}

/** RSS of a server by the number of participants who have joined and are idle. */
export type Memory = { participants: number; rssBytes: number; heapBytes: number }[];

const control = new URL('./control.js', import.meta.url);
const generatorEntry = new URL('../generator/main.js', import.meta.url);

/** A server, of one or more processes, and the generator that drives it, in a separate process. */
export class BenchPair {
  readonly variant: ServerVariant;
  readonly #servers: readonly Child[];
  readonly #redis: Redis | null;
  readonly #mongod: Mongod | null;
  readonly #generator: Child;

  private constructor(
    variant: ServerVariant,
    servers: readonly Child[],
    redis: Redis | null,
    mongod: Mongod | null,
    generator: Child,
  ) {
    this.variant = variant;
    this.#servers = servers;
    this.#redis = redis;
    this.#mongod = mongod;
    this.#generator = generator;
  }

  static async start(variant: ServerVariant, nodeArguments: string[] = []): Promise<BenchPair> {
    const redis = variant.cluster ? await Redis.start() : null;
    const mongod = variant.cluster?.accounts ? await Mongod.start() : null;
    const servers = Array.from(
      { length: variant.cluster?.nodes ?? 1 },
      () =>
        new Child(variant.label, variant.entry, {
          args: variant.args ?? [],
          env: {
            ...variant.env,
            ...(redis && { REDIS_URL: redis.url }),
            ...(mongod && { MONGO_URI: mongod.uri }),
          },
          execArgv: ['--import', control.href, ...nodeArguments],
        }),
    );
    const generator = new Child(`the generator for ${variant.label}`, generatorEntry);
    const pair = new BenchPair(variant, servers, redis, mongod, generator);
    try {
      const ports: number[] = [];
      for (const server of servers) ports.push(((await server.ready) as { port: number }).port);
      await generator.ready;
      const choice: ProtocolChoice = { ...variant.protocol };
      if (mongod !== null && choice.name === 'peerql') {
        const accounts = variant.cluster?.accounts;
        choice.tokens = await generator.call('seed', { port: ports[0], accounts }, 300_000);
      }
      await generator.call('connect', { choice, ports });
      return pair;
    } catch (error) {
      await pair.end();
      throw error;
    }
  }

  get ended(): boolean {
    return this.#generator.ended || this.#servers.some(({ ended }) => ended);
  }

  /**
   * Warms the server up until its code is compiled, as it would be after a while in service. Compilers count how often
   * code has run, so this counts units of work, and uses time only if a server is too slow.
   */
  async warmUp({ signals, calls, rings, atMostSeconds }: WarmUp): Promise<void> {
    const relay = {
      name: 'signal-relay',
      pairs: 50,
      batch: 1,
      load: { inFlight: 4 },
      seed: 1,
    } as const;
    await this.#repeat(relay, signals, atMostSeconds);
    await this.#repeat({ name: 'call-setup', pairs: 25, batch: 5 }, calls, atMostSeconds);
    if (!this.variant.calls || rings === 0) return;
    await this.#repeat(
      { name: 'rings', pairs: 16, perSecond: 2000, accepted: true },
      rings,
      atMostSeconds,
    );
  }

  async #repeat(workload: WorkloadChoice, units: number, atMostSeconds: number): Promise<void> {
    await this.#generator.call('prepare', workload);
    const end = performance.now() + atMostSeconds * 1000;
    for (let done = 0; done < units && performance.now() < end; ) {
      const run = await this.#generator.call<Run>('run', { seconds: 0.3 });
      if (run.errors.length > 0) throw new Error(run.errors[0]);
      done += run.units;
    }
    await this.#generator.call('close');
  }

  /** Opens the sockets, warms up, measures and closes again. */
  async measure(workload: WorkloadChoice, warmSeconds: number, seconds: number): Promise<Measured> {
    await this.#generator.call('prepare', workload);
    if (warmSeconds > 0) await this.#generator.call('run', { seconds: warmSeconds });
    await this.#usage('collect');
    const before = await this.#usage('usage');
    const redisBefore = this.#redis?.cpuMicros() ?? 0;
    const start = performance.now();
    const run = await this.#generator.call<Run>('run', { seconds });
    const after = await this.#usage('usage');
    const redis = this.#redis && { cpuMicros: this.#redis.cpuMicros() - redisBefore };
    const wallMicros = (performance.now() - start) * 1000;
    await this.#generator.call('close');
    return {
      ...run,
      redis,
      server: {
        cpuMicros: after.cpuMicros - before.cpuMicros,
        wallMicros,
        rssBytes: after.rssBytes,
      },
    };
  }

  /** The total usage of the server's processes. */
  async #usage(method: 'usage' | 'collect'): Promise<Usage> {
    const each = await Promise.all(this.#servers.map((server) => server.call<Usage>(method)));
    return {
      cpuMicros: each.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0),
      rssBytes: each.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
      heapBytes: each.reduce((sum, { heapBytes }) => sum + heapBytes, 0),
    };
  }

  /** Lets participants join up to each of the totals, and reads the server's memory at each. */
  async memory(totals: readonly number[]): Promise<{ memory: Memory; run: Run }> {
    const memory: Memory = [];
    await this.#generator.call('prepare', { name: 'idle' } satisfies WorkloadChoice);
    for (const participants of totals) {
      await this.#generator.call('grow', participants, 300_000);
      const { rssBytes, heapBytes } = await this.#usage('collect');
      memory.push({ participants, rssBytes, heapBytes });
    }
    const run = await this.#generator.call<Run>('run', { seconds: 0 });
    await this.#generator.call('close');
    return { memory, run };
  }

  async end(): Promise<void> {
    const processes = [...this.#servers, this.#generator];
    await Promise.all(processes.map((process) => process.end()));
    await Promise.all([this.#redis?.end(), this.#mongod?.end()]);
  }
}
