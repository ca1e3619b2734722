import { newEpoch } from '../../domain/cursor.ts';
import type { Hold, LogOptions } from '../../domain/log.ts';
import type { RedisConnection } from '../../redis/connection.ts';
import { items, text } from '../../redis/replies.ts';
import type { Collected } from '../../redis/write-batch.ts';
import type { Keys } from './keys.ts';
import { scripts } from './scripts.ts';

/** How many sends one call appends at most. Redis does nothing else during the call. */
const AT_ONCE = 64;

interface Waiting {
  readonly resolve: (answer: string) => void;
  readonly reject: (error: unknown) => void;
}

interface Batch {
  readonly keys: string[];
  readonly args: string[];
  readonly waiting: Waiting[];
}

/** One send, in the form that the script takes. */
export interface Send {
  readonly key: string;
  readonly member: string;
  readonly to: string;
  /** Identifies a repeat; empty: none. */
  readonly id: string;
  readonly body: string;
  readonly weight: number;
  /** The sender's hold; null: the member sends as the follower that it is now. */
  readonly by: Hold | null;
}

/**
 * Appends what members send. One call of a script takes several sends, because the call costs more than its content:
 * those of one turn of the event loop, and those that arrive while a call runs (group commit). Under low load no send
 * waits. Each send gets its own answer. In a Redis Cluster each call has one send, because all keys of a call must be
 * in one slot.
 */
export class Sends implements Collected {
  readonly #redis: RedisConnection;
  readonly #keys: Keys;
  readonly #options: LogOptions;
  #batch: Batch | null = null;
  /** Calls that are not answered yet. */
  #underWay = 0;

  constructor(redis: RedisConnection, keys: Keys, options: LogOptions) {
    this.#redis = redis;
    this.#keys = keys;
    this.#options = options;
  }

  /** Resolves to `=` with epoch and position, or to the reason of the refusal. @throws UnavailableError */
  send({ key, member, to, id, body, weight, by }: Send): Promise<string> {
    return new Promise((resolve, reject) => {
      const batch = this.#batch ?? { keys: [], args: [], waiting: [] };
      batch.keys.push(this.#keys.hash(key), this.#keys.tail(key));
      const hold = by === null ? '' : `${by.id} ${by.fence}`;
      batch.args.push(member, to, id, body, String(weight), hold);
      batch.waiting.push({ resolve, reject });
      if (this.#batch === null) {
        this.#batch = batch;
        this.#redis.collect(this);
      } else if (batch.waiting.length === AT_ONCE) this.flush();
    });
  }

  atTurnEnd(): void {
    if (this.#underWay === 0) this.flush();
  }

  flush(): void {
    const batch = this.#batch;
    if (batch === null) return;
    this.#batch = null;
    const { keys, args, waiting } = batch;
    const { replayEvents, replayBytes } = this.#options;
    const { identity, redisNow } = this.#redis;
    const first = [identity, newEpoch(Math.round(redisNow)), replayEvents, replayBytes];
    this.#underWay += 1;
    this.#redis.call(scripts.send, keys, [...first, ...args]).then(
      (reply) => {
        this.#answered();
        const answers = items(reply);
        for (const [index, { resolve }] of waiting.entries()) resolve(text(answers[index]));
      },
      (error: unknown) => {
        this.#answered();
        for (const { reject } of waiting) reject(error);
      },
    );
  }

  #answered(): void {
    this.#underWay -= 1;
    if (this.#batch !== null) this.#redis.collect(this);
  }
}
