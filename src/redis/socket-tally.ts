import type { SocketTally } from '../domain/accounts/ports.ts';
import { UnavailableError } from '../domain/errors.ts';
import type { RedisConnection } from './connection.ts';
import { socketsOf } from './keys.ts';
import { scripts } from './scripts.ts';

/** Who counts, and whose numbers do. */
interface Counting {
  readonly nodeId: string;
  /** Those that live, this one among them. */
  readonly living: readonly string[];
}

/**
 * Each node writes its own number, whole, so that a word that is lost is made good by the next one; what dead nodes have
 * written does not count.
 */
export class RedisSocketTally implements SocketTally {
  readonly #redis: RedisConnection;
  readonly #nodes: Counting;
  /** What Redis could not be told. */
  readonly #untold = new Map<string, number>();

  constructor(redis: RedisConnection, nodes: Counting) {
    this.#redis = redis;
    this.#nodes = nodes;
    redis.onReady(async () => {
      const untold = [...this.#untold];
      this.#untold.clear();
      await Promise.all(untold.map(([owner, here]) => this.note(owner, here)));
    });
  }

  async note(owner: string, here: number): Promise<number> {
    const { nodeId, living } = this.#nodes;
    // It is outdated now, and must not be told after this.
    this.#untold.delete(owner);
    try {
      const args = [nodeId, here, ...living];
      return Number(await this.#redis.call(scripts.tally, [socketsOf(owner)], args));
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      this.#untold.set(owner, here);
      return here;
    }
  }
}
