import type { Cluster, Redis } from 'ioredis';
import type { Script } from './script.ts';

/**
 * Runs scripts by their digests. If Redis has forgotten a script, its source is sent, and later calls wait meanwhile:
 * calls take effect in the order in which they are made.
 */
export class ScriptCalls {
  readonly #client: Redis | Cluster;
  #underWay = 0;
  /** The calls that wait until the forgotten scripts have run; null if no script was forgotten. */
  #held: (() => void)[] | null = null;

  constructor(client: Redis | Cluster) {
    this.#client = client;
  }

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

  async #send(
    { digest, source }: Script,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    this.#underWay += 1;
    try {
      return await this.#client.evalsha(digest, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      this.#held ??= [];
      return await this.#client.eval(source, keys.length, ...keys, ...args);
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#release();
    }
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const send of held) send();
  }
}
