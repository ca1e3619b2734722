import type { ProtocolChoice, Run, WorkloadChoice } from '../generator/main.ts';
import { Child } from './rpc.ts';
import type { ServerVariant } from './servers.ts';
import type { Usage } from './usage.ts';

/** One measured stretch of one workload against one server. */
export interface Measured extends Run {
  server: { cpuMicros: number; wallMicros: number; rssBytes: number };
}

/** Work that a server does before it is measured. */
export interface WarmUp {
  signals: number;
  calls: number;
  /** For each of the two. */
  atMostSeconds: number;
}

/** RSS of a server by the number of participants who have joined and are idle. */
export type Memory = { participants: number; rssBytes: number; heapBytes: number }[];

const control = new URL('./control.js', import.meta.url);
const generatorEntry = new URL('../generator/main.js', import.meta.url);

/** A server and the generator that drives it, each in a process of its own. */
export class BenchPair {
  readonly variant: ServerVariant;
  readonly port: number;
  readonly #server: Child;
  readonly #generator: Child;

  private constructor(variant: ServerVariant, port: number, server: Child, generator: Child) {
    this.variant = variant;
    this.port = port;
    this.#server = server;
    this.#generator = generator;
  }

  static async start(variant: ServerVariant, nodeArguments: string[] = []): Promise<BenchPair> {
    const server = new Child(variant.label, variant.entry, {
      args: variant.args ?? [],
      env: variant.env ?? {},
      execArgv: ['--import', control.href, ...nodeArguments],
    });
    const generator = new Child(`the generator for ${variant.label}`, generatorEntry);
    try {
      const { port } = (await server.ready) as { port: number };
      await generator.ready;
      const pair = new BenchPair(variant, port, server, generator);
      await generator.call('connect', { choice: variant.protocol satisfies ProtocolChoice, port });
      return pair;
    } catch (error) {
      await Promise.all([server.end(), generator.end()]);
      throw error;
    }
  }

  get ended(): boolean {
    return this.#server.ended || this.#generator.ended;
  }

  /**
   * Lets the server's code be compiled, as it would be after a while in service. Compilers go by how often
   * code has run, so this goes by units of work, and by time only where a server is too slow for that.
   */
  async warmUp({ signals, calls, atMostSeconds }: WarmUp): Promise<void> {
    const relay = {
      name: 'signal-relay',
      pairs: 50,
      batch: 1,
      load: { inFlight: 4 },
      seed: 1,
    } as const;
    await this.#repeat(relay, signals, atMostSeconds);
    await this.#repeat({ name: 'call-setup', pairs: 25, batch: 5 }, calls, atMostSeconds);
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
    await this.#server.call('collect');
    const before = await this.#server.call<Usage>('usage');
    const start = performance.now();
    const run = await this.#generator.call<Run>('run', { seconds });
    const after = await this.#server.call<Usage>('usage');
    const wallMicros = (performance.now() - start) * 1000;
    await this.#generator.call('close');
    return {
      ...run,
      server: {
        cpuMicros: after.cpuMicros - before.cpuMicros,
        wallMicros,
        rssBytes: after.rssBytes,
      },
    };
  }

  /** Lets participants join up to each of the totals, and reads the server's memory at each. */
  async memory(totals: readonly number[]): Promise<{ memory: Memory; run: Run }> {
    const memory: Memory = [];
    await this.#generator.call('prepare', { name: 'idle' } satisfies WorkloadChoice);
    for (const participants of totals) {
      await this.#generator.call('grow', participants, 300_000);
      const { rssBytes, heapBytes } = await this.#server.call<Usage>('collect');
      memory.push({ participants, rssBytes, heapBytes });
    }
    const run = await this.#generator.call<Run>('run', { seconds: 0 });
    await this.#generator.call('close');
    return { memory, run };
  }

  async end(): Promise<void> {
    await Promise.all([this.#server.end(), this.#generator.end()]);
  }
}
