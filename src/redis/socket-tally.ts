import type { SocketTally } from '../domain/accounts/ports.ts';
import { UnavailableError } from '../domain/errors.ts';
import type { RedisConnection } from './connection.ts';
import { socketsOf } from './keys.ts';
import { scripts } from './scripts.ts';

/** The node that counts, and the nodes whose numbers count. */
interface Counting {
  readonly nodeId: string;
  /** The living nodes, including this one. */
  readonly living: readonly string[];
}

/**
 * Each node writes its whole number, not changes, so that the next write corrects a lost one. The numbers of dead nodes
 * do not count.
 */
export class RedisSocketTally implements SocketTally {
  readonly #redis: RedisConnection;
  readonly #nodes: Counting;
  /** Numbers that could not be written to Redis. */
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
    // The old number is outdated, and must not be written after this one.
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
