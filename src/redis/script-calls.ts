import type { Cluster, Redis } from 'ioredis';
import { UnavailableError } from '../domain/errors.ts';
import type { Script } from './script.ts';

interface Call {
  readonly script: Script;
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
  /** In which order they were made. */
  readonly number: number;
}

/**
 * Runs scripts by their digests. If Redis has forgotten a script, its source is sent, and later calls wait meanwhile:
 * calls take effect in the order in which they are made.
 */
export class ScriptCalls {
  readonly #client: Redis | Cluster;
  #made = 0;
  #underWay = 0;
  /** The calls that wait until the forgotten scripts have run; null if no script was forgotten. */
  #held: (() => void)[] | null = null;
  /** The calls whose scripts were forgotten, and that wait for the answers to those made after them. */
  #forgotten: (() => void)[] = [];
  /** What has taken effect since the first script was forgotten: another server has brought it back meanwhile. */
  #done: Call[] = [];

  constructor(client: Redis | Cluster) {
    this.#client = client;
  }

  /** @throws UnavailableError if it was not run, because a later call on the same data came first */
  call(
    script: Script,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    const held = this.#held;
    if (held === null) return this.#send(script, keys, args);
    return new Promise((resolve, reject) => {
      held.push(() => this.#send(script, keys, args).then(resolve, reject));
    });
  }

  async #send(script: Script, keys: Call['keys'], args: Call['args']): Promise<unknown> {
    this.#made += 1;
    const call = { script, keys, args, number: this.#made };
    this.#underWay += 1;
    try {
      const reply = await this.#client.evalsha(script.digest, keys.length, ...keys, ...args);
      if (this.#held !== null) this.#done.push(call);
      return reply;
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      this.#held ??= [];
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) queueMicrotask(() => this.#settle());
    }
    return new Promise((resolve, reject) => {
      this.#forgotten.push(() => this.#bySource(call).then(resolve, reject));
    });
  }

  async #bySource({ script, keys, args, number }: Call): Promise<unknown> {
    const cameFirst = this.#done.some(
      (other) => other.number > number && other.keys.some((key) => keys.includes(key)),
    );
    if (cameFirst) throw new UnavailableError('A later call came first; try again.');
    this.#underWay += 1;
    try {
      return await this.#client.eval(script.source, keys.length, ...keys, ...args);
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) queueMicrotask(() => this.#settle());
    }
  }

  /** Once everything is answered: first what was forgotten, then what was held. */
  #settle(): void {
    if (this.#underWay > 0) return;
    const forgotten = this.#forgotten;
    this.#forgotten = [];
    for (const run of forgotten) run();
    if (this.#underWay > 0) return;
    this.#done = [];
    const held = this.#held ?? [];
    this.#held = null;
    for (const send of held) send();
  }
}
