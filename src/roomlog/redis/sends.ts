import type { Clock } from '../../domain/clock.ts';
import type { RedisConnection } from '../../redis/connection.ts';
import { items, text } from '../../redis/replies.ts';
import type { Collected } from '../../redis/write-batch.ts';
import { roomKeys } from './keys.ts';
import { refusalOf } from './replies.ts';
import { scripts } from './scripts.ts';

/** How many signals one call appends at most: Redis does nothing else meanwhile. */
const AT_ONCE = 64;

interface Waiting {
  readonly roomId: string;
  readonly resolve: (cursor: string) => void;
  readonly reject: (error: unknown) => void;
}

interface Batch {
  readonly keys: string[];
  readonly args: string[];
  readonly waiting: Waiting[];
}

/**
 * Appends signals, several by one call of a script, since a call costs this node and Redis more than what it is about:
 * those of one turn of the event loop, and those that come while a call is under way, as a database commits in groups.
 * So nobody waits while there is little to do. Each is answered for itself. Redis Cluster takes one signal a call, as the
 * keys of a call must be of one slot.
 */
export class Sends implements Collected {
  readonly #redis: RedisConnection;
  readonly #clock: Clock;
  readonly #replayEvents: number;
  readonly #cursorOf: (roomId: string, place: string) => string;
  #batch: Batch | null = null;
  /** Calls that are not answered yet. */
  #underWay = 0;

  /** @param cursorOf makes the cursor of a room's entry from its place as Redis tells it: epoch and position */
  constructor(
    redis: RedisConnection,
    clock: Clock,
    replayEvents: number,
    cursorOf: (roomId: string, place: string) => string,
  ) {
    this.#redis = redis;
    this.#clock = clock;
    this.#replayEvents = replayEvents;
    this.#cursorOf = cursorOf;
  }

  /**
   * Resolves to the entry's cursor.
   *
   * @param id by which a signal that is sent again is known; empty: it has none
   * @param body as in the stream
   * @throws NotInRoomError, PeerNotInRoomError, UnavailableError
   */
  send(roomId: string, userId: string, to: string, id: string, body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const batch = this.#batch ?? { keys: [], args: [], waiting: [] };
      const [room, tail] = roomKeys(roomId);
      batch.keys.push(room, tail);
      batch.args.push(userId, to, id, body);
      batch.waiting.push({ roomId, resolve, reject });
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
    this.#underWay += 1;
    this.#redis.call(scripts.send, keys, [this.#clock.now(), this.#replayEvents, ...args]).then(
      (reply) => {
        this.#answered();
        const answers = items(reply);
        for (const [index, one] of waiting.entries()) this.#answer(one, text(answers[index]));
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

  #answer({ roomId, resolve, reject }: Waiting, answer: string): void {
    if (answer.startsWith('=')) resolve(this.#cursorOf(roomId, answer.slice(1)));
    else reject(refusalOf(answer));
  }
}
