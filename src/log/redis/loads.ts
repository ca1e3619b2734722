import type { Kind } from '../../domain/log.ts';
import type { RedisConnection } from '../../redis/connection.ts';
import { texts } from '../../redis/replies.ts';
import type { SteadyTime } from '../../redis/steady-time.ts';
import type { Feeds } from './feeds.ts';
import type { Keys } from './keys.ts';
import { storable } from './message.ts';
import type { LoadedMoment } from './moment.ts';
import { scripts } from './scripts.ts';

/** What a member posts: nothing is posted twice under one id. */
export interface Post {
  readonly member: string;
  readonly id: string;
}

/** What a decision is made from. */
export interface Loaded<K extends Kind> extends LoadedMoment {
  readonly revision: string;
  readonly state: K['State'] | null;
  /** This node's last attempt. */
  readonly attempt: string;
  /** The place at which it was posted before; '' if it was not. */
  readonly before: string;
}

/** Loads aggregates. A state that this node knows already is not sent again. */
export class Loads<K extends Kind> {
  readonly #redis: RedisConnection;
  readonly #keys: Keys;
  readonly #feeds: Feeds<K>;
  readonly #nodeId: string;
  readonly #time: SteadyTime;

  constructor(parts: {
    redis: RedisConnection;
    keys: Keys;
    feeds: Feeds<K>;
    nodeId: string;
    time: SteadyTime;
  }) {
    this.#redis = parts.redis;
    this.#keys = parts.keys;
    this.#feeds = parts.feeds;
    this.#nodeId = parts.nodeId;
    this.#time = parts.time;
  }

  /** @throws UnavailableError */
  async load(key: string, post: Post = { member: '', id: '' }): Promise<Loaded<K>> {
    const known = this.#feeds.find(key)?.known ?? null;
    const args = [this.#nodeId, known?.revision ?? '', post.member, storable(post.id)];
    const least = this.#time.now();
    const [revision = '', state = '', now, ahead, attempt = '', before = '', newest, steady = ''] =
      texts(
        await this.#redis.call(scripts.load, [this.#keys.hash(key), this.#keys.tail(key)], args),
      );
    const most = this.#time.now();
    const isKnown = known !== null && known.revision === revision && revision !== '';
    const [decidedAt, steadyThen] = steady.split(' ').map(Number);
    const loaded = {
      revision,
      state: isKnown ? known.state : state === '' ? null : JSON.parse(state),
      now: Number(now),
      aheadMs: Number(ahead),
      attempt,
      before,
      newest: Number(newest),
      // A node of the version before does not store it, and leaves that of an earlier decision.
      steadyThen: decidedAt === Number(newest) ? (steadyThen ?? null) : null,
      steady: { least, most },
    };
    const feed = this.#feeds.find(key);
    if (feed !== null) feed.known = { revision, state: loaded.state };
    return loaded;
  }
}
