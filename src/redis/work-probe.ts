import { type Clock, SKEWED_MS } from '../domain/clock.ts';
import { newId } from '../domain/identifier.ts';
import { probeOf } from './keys.ts';
import { items } from './replies.ts';
import type { Script } from './script.ts';
import { scripts } from './scripts.ts';

/** How long a message of the probe may take to come back, in milliseconds. */
const HEARD_MS = 2000;
/** How many keys a probe of a Redis Cluster uses, so that each master very likely has one of them. */
const TAGS_OF_A_CLUSTER = 16;

/** What a probe needs of the connection. */
export interface ProbedConnection {
  readonly isCluster: boolean;
  run(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown>;
}

/**
 * Tests whether Redis does its work: it runs a script that writes and publishes, and the message must come back. A
 * Redis that answers PING may still refuse all of that. Each probe also measures how far Redis' clock is ahead.
 */
export class WorkProbe {
  readonly #connection: ProbedConnection;
  readonly #clock: Clock;
  readonly #keys: readonly string[];
  readonly #awaited = new Map<string, () => void>();
  #aheadMs = 0;

  constructor(connection: ProbedConnection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
    const id = newId();
    const count = connection.isCluster ? TAGS_OF_A_CLUSTER : 1;
    this.#keys = Array.from({ length: count }, (_, tag) => probeOf(id, String(tag)));
  }

  /** The channels whose messages must be given to {@link WorkProbe.heard}. */
  get channels(): readonly string[] {
    return this.#keys;
  }

  /** Redis' time in milliseconds, as of the last probe. */
  get redisNow(): number {
    return performance.now() + this.#aheadMs;
  }

  /** Whether this machine's clock and Redis' differ by so much that one of them is wrong. */
  get isSkewed(): boolean {
    // This machine's clock is read now: it may have been set since the last probe.
    return Math.abs(this.redisNow - this.#clock.now()) > SKEWED_MS;
  }

  heard(message: string): void {
    this.#awaited.get(message)?.();
  }

  /** Makes Redis do its work; resolves to what went wrong, or null. */
  trouble(): Promise<unknown> {
    return Promise.all(this.#keys.map((key) => this.#lookAt(key))).then(
      () => null,
      (error: unknown) => error,
    );
  }

  async #lookAt(key: string): Promise<void> {
    const message = newId();
    const heard = this.#messageComes(message);
    try {
      const began = performance.now();
      const time = items(await this.#connection.run(scripts.probe, [key], [message]));
      const ended = performance.now();
      const redisNow = Number(time[0]) * 1000 + Number(time[1]) / 1000;
      this.#aheadMs = redisNow - (began + ended) / 2;
      await heard.promise;
    } finally {
      heard.forget();
    }
  }

  #messageComes(message: string): { promise: Promise<void>; forget: () => void } {
    let timer: NodeJS.Timeout | undefined;
    const promise = new Promise<void>((resolve, reject) => {
      this.#awaited.set(message, resolve);
      timer = setTimeout(() => reject(new Error('Messages do not arrive.')), HEARD_MS);
    });
    // The script may fail first, and then nobody waits for the message.
    promise.catch(() => {});
    return {
      promise,
      forget: () => {
        clearTimeout(timer);
        this.#awaited.delete(message);
      },
    };
  }
}
