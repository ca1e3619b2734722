import type { Clock, Timer } from '../../domain/clock.ts';
import type { RedisConnection } from '../../redis/connection.ts';
import { items, text, texts } from '../../redis/replies.ts';
import type { Retries } from '../../redis/retries.ts';
import type { Keys } from './keys.ts';
import { scripts } from './scripts.ts';

/** How often a node looks for what is due, in milliseconds. */
const SWEEP_MS = 500;
/** How many aggregates it takes at once. */
const AT_ONCE = 100;
/** How long other nodes leave an aggregate to the node that took it, in milliseconds. */
const LEASE_MS = 5000;
/** A due time that is further ahead than this, in milliseconds, is set to this: Redis' clock was set back. */
const FARTHEST_MS = 90_000;

/** If no node has looked for this long, in milliseconds, Redis' clock was set forward. */
const UNWATCHED_MS = 5000;

/** When aggregates are to be woken, stored in Redis and by its clock, so that any node can do it. */
export class Dues {
  readonly #redis: RedisConnection;
  readonly #keys: Keys;
  readonly #retries: Retries;
  readonly #clock: Clock;
  readonly #wake: (key: string, lateMs: number) => Promise<number | null>;
  /** The due time that this node stored last for each, in case Redis loses it. */
  readonly #noted = new Map<string, number>();
  #timer: Timer;

  /** @param wake wakes an aggregate, so late; resolves to when it is due next, by Redis' clock, or null */
  constructor(parts: {
    redis: RedisConnection;
    keys: Keys;
    retries: Retries;
    clock: Clock;
    wake: (key: string, lateMs: number) => Promise<number | null>;
  }) {
    this.#redis = parts.redis;
    this.#keys = parts.keys;
    this.#retries = parts.retries;
    this.#clock = parts.clock;
    this.#wake = parts.wake;
    this.#timer = this.#sweepLater();
  }

  /** @param at by Redis' clock, in milliseconds; null: this node knows of nothing that is due */
  note(key: string, at: number | null): void {
    if (at === null) {
      this.#noted.delete(key);
      return;
    }
    this.#noted.set(key, at);
    const keys = [this.#keys.due, this.#keys.swept];
    void this.#retries
      .untilDone(() => this.#redis.call(scripts.due, keys, [key, at, UNWATCHED_MS]))
      // This node stops; the node that takes over stores it again.
      .catch(() => {});
  }

  /** Stores again what Redis may have lost. */
  async noteAgain(): Promise<void> {
    const past = this.#redis.redisNow - FARTHEST_MS;
    for (const [key, at] of this.#noted) if (at < past) this.#noted.delete(key);
    if (this.#noted.size === 0) return;
    const pairs = Array.from(this.#noted, ([key, at]) => [at, key]).flat();
    await this.#redis.do((client) => client.zadd(this.#keys.due, 'NX', ...pairs));
  }

  /** Wakes what is due now. What cannot be woken now is woken when its lease has ended. @throws UnavailableError */
  async sweep(): Promise<void> {
    if (!this.#redis.isReady) return;
    const limits = [AT_ONCE, LEASE_MS, FARTHEST_MS, UNWATCHED_MS];
    const keys = [this.#keys.due, this.#keys.swept];
    const [lease, taken] = items(await this.#redis.call(scripts.sweep, keys, limits));
    const found = texts(taken);
    const waking: Promise<void>[] = [];
    for (let index = 0; index < found.length; index += 2) {
      const [key = '', late] = found.slice(index);
      waking.push(this.#wakeUp(key, Number(late), text(lease)).catch(ignore));
    }
    await Promise.all(waking);
  }

  stop(): void {
    this.#timer.cancel();
  }

  #sweepLater(): Timer {
    return this.#clock.after(SWEEP_MS, () => {
      this.#timer = this.#sweepLater();
      // If Redis is away, the next sweep does it.
      this.sweep().catch(() => {});
    });
  }

  async #wakeUp(key: string, lateMs: number, lease: string): Promise<void> {
    const next = await this.#wake(key, lateMs);
    if (next === null) this.#noted.delete(key);
    await this.#redis.call(scripts.settle, [this.#keys.due], [key, lease, next ?? '']);
  }
}

const ignore = () => {};
