import type { Clock } from '../domain/clock.ts';
import type { RedisConnection } from './connection.ts';
import { STEADY } from './keys.ts';
import { texts } from './replies.ts';
import { scripts } from './scripts.ts';

/** A step of Redis' clock by more than this is noticed, in milliseconds. */
const NOTICED_MS = 250;

/** When a node looked last: what Redis' clock said, and its own. */
interface Look {
  readonly redis: number;
  readonly began: number;
  readonly ended: number;
}

/**
 * A time that all nodes share and that nobody can set, in milliseconds. It began as Redis' time, and goes on by the
 * nodes' monotonic clocks. The node that is furthest ahead is right: an answer can only be late. While there is no node,
 * it stands still.
 */
export class SteadyTime {
  readonly #redis: RedisConnection;
  readonly #clock: Clock;
  /** How far it is ahead of this node's monotonic clock; null before the first look. */
  #aheadMs: number | null = null;
  #last: Look | null = null;

  constructor(redis: RedisConnection, clock: Clock) {
    this.#redis = redis;
    this.#clock = clock;
  }

  /** Call it after the first {@link SteadyTime.look}. */
  now(): number {
    if (this.#aheadMs === null) throw new Error('The time of the cluster is not known yet.');
    return Math.round(this.#clock.elapsed() + this.#aheadMs);
  }

  /** Tells the other nodes what time it is, and learns it from them. @throws UnavailableError */
  async look(): Promise<void> {
    const began = this.#clock.elapsed();
    const mine = this.#aheadMs === null ? '' : this.now();
    const reply = texts(await this.#redis.call(scripts.steady, [STEADY], [mine]));
    const [redis = 0, steady = 0, at = 0] = reply.map(Number);
    const look = { redis, began, ended: this.#clock.elapsed() };
    const isKnown = reply[1] !== '';
    if (this.#aheadMs === null) {
      // Redis' clock may have been set since another node looked: the next looks catch up.
      this.#aheadMs = (isKnown ? steady : redis) - look.ended;
      await this.look();
      return;
    }
    // Between two looks at a clock that was not set in between, its difference is the time that passed.
    const passed = at >= (this.#last?.redis ?? redis) && !this.#wasSet(look) ? redis - at : 0;
    this.#last = look;
    if (isKnown) this.#aheadMs = Math.max(this.#aheadMs, steady + passed - look.ended);
  }

  /** Whether Redis' clock was set since the last look. */
  #wasSet({ redis, began, ended }: Look): boolean {
    if (this.#last === null) return true;
    const passed = redis - this.#last.redis;
    const [least, most] = [began - this.#last.ended, ended - this.#last.began];
    return passed < least - NOTICED_MS || passed > most + NOTICED_MS;
  }
}
