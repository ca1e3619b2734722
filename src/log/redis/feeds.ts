import { UnavailableError } from '../../domain/errors.ts';
import type { Aggregate, Kind } from '../../domain/log.ts';
import type { RedisConnection } from '../../redis/connection.ts';
import { items, text, texts } from '../../redis/replies.ts';
import { Feed } from './feed.ts';
import type { Keys } from './keys.ts';
import { scripts } from './scripts.ts';

/** How many aggregates are compared by one command. */
const AT_ONCE = 200;

/** The aggregates in which somebody follows or waits at this node. One connection listens for all of them. */
export class Feeds<K extends Kind> {
  readonly #feeds = new Map<string, Feed<K>>();
  readonly #redis: RedisConnection;
  readonly #aggregate: Aggregate<K>;
  readonly #keys: Keys;
  readonly #nodeId: string;
  /** Feeds whose position was behind at the last comparison. The message may only have been on its way. */
  #behind = new Set<Feed<K>>();

  constructor(redis: RedisConnection, aggregate: Aggregate<K>, keys: Keys, nodeId: string) {
    this.#redis = redis;
    this.#aggregate = aggregate;
    this.#keys = keys;
    this.#nodeId = nodeId;
  }

  [Symbol.iterator](): IterableIterator<Feed<K>> {
    return this.#feeds.values();
  }

  /** Begins to listen for notices that this node has missed a message. @throws UnavailableError */
  async listen(): Promise<void> {
    const heard = (key: string) => void this.#missed(key);
    await this.#redis.listen(this.#keys.unheard(this.#nodeId), heard, 'everywhere');
  }

  find(key: string): Feed<K> | null {
    return this.#feeds.get(key) ?? null;
  }

  /** The feed of an aggregate; it is removed when nobody needs it. */
  open(key: string): Feed<K> {
    const known = this.#feeds.get(key);
    if (known !== undefined) return known;
    const feed: Feed<K> = new Feed<K>(key, {
      aggregate: this.#aggregate,
      opened: this.#opening(key, (message) => feed.receive(message)),
      refill: (epoch, position) => void this.#refill(feed, epoch, position),
      onIdle: () => {
        if (this.#feeds.get(key) !== feed) return;
        this.#feeds.delete(key);
        this.#redis.unlisten(this.#keys.channel(key, this.#nodeId));
        this.#redis.do((client) => client.srem(this.#keys.ofNode(this.#nodeId), key)).catch(ignore);
      },
    });
    this.#feeds.set(key, feed);
    // Those who wait for `opened` get the error.
    feed.opened.catch(ignore);
    return feed;
  }

  /** Gets what this node missed while it could not listen, and drops what other nodes took over. */
  async catchUp(): Promise<void> {
    const all = [...this.#feeds.values()];
    for (const feed of all) for (const [epoch] of feed.views()) feed.pause(epoch);
    await Promise.all(all.map((feed) => this.#catchUpOne(feed)));
  }

  /** Stores again which aggregates this node holds. */
  async list(): Promise<void> {
    const keys = [...this.#feeds.keys()];
    if (keys.length === 0) return;
    await this.#redis.do((client) => client.sadd(this.#keys.ofNode(this.#nodeId), ...keys));
  }

  /** Catches up with a feed if, twice in a row, Redis had sent more than has arrived, or had another log or none. */
  async compare(): Promise<void> {
    const behind = new Set<Feed<K>>();
    const all = [...this.#feeds.values()].filter((feed) => feed.views().length > 0);
    for (let first = 0; first < all.length; first += AT_ONCE) {
      const some = all.slice(first, first + AT_ONCE);
      const fields = ['e', `c:${this.#nodeId}`];
      await Promise.all(
        some.map(async (feed) => {
          const hash = this.#keys.hash(feed.key);
          const [epoch, told] = await this.#redis.do((client) => client.hmget(hash, ...fields));
          const views = feed.views();
          const hasAll = views.every(([own, position]) => {
            return own === epoch && Number(told ?? 0) <= position;
          });
          if (!hasAll && this.#behind.has(feed)) await this.#catchUpOne(feed);
          else if (!hasAll) behind.add(feed);
        }),
      );
    }
    this.#behind = behind;
  }

  /** Tells Redis the positions through which the inboxes here know everything to be received. */
  async tellReceived(): Promise<void> {
    const told: Promise<unknown>[] = [];
    for (const feed of this.#feeds.values()) {
      const received: (string | number)[] = [];
      for (const follower of feed.followers.values()) {
        const through = follower.inbox?.receivedThrough ?? -1;
        if (through <= follower.toldThrough) continue;
        follower.toldThrough = through;
        received.push(follower.id, follower.epoch, through);
      }
      const keys = [this.#keys.hash(feed.key)];
      if (received.length > 0) told.push(this.#redis.call(scripts.received, keys, received));
    }
    await Promise.all(told);
  }

  close(): void {
    this.#redis.unlisten(this.#keys.unheard(this.#nodeId));
    for (const feed of this.#feeds.values()) {
      for (const follower of [...feed.followers.values()]) feed.drop(follower, 'end');
    }
    this.#feeds.clear();
  }

  async #missed(key: string): Promise<void> {
    const feed = this.find(key);
    if (feed === null) return;
    for (const [epoch] of feed.views()) feed.pause(epoch);
    await this.#catchUpOne(feed);
  }

  async #opening(key: string, receive: (message: string) => void): Promise<void> {
    // Stored before anything is done, so that nothing is lost if this node dies.
    await Promise.all([
      this.#redis.do((client) => client.sadd(this.#keys.ofNode(this.#nodeId), key)),
      this.#redis.listen(this.#keys.channel(key, this.#nodeId), receive),
    ]);
  }

  async #catchUpOne(feed: Feed<K>): Promise<void> {
    const views = feed.views();
    for (const [epoch, position] of views) await this.#refill(feed, epoch, position);
    if (views.length === 0 && feed.waiters.size > 0) await this.#refill(feed, '', 0);
  }

  async #refill(feed: Feed<K>, epoch: string, position: number): Promise<void> {
    const held = [...feed.followers.values()].filter((one) => one.epoch === epoch);
    const waiting = [...feed.waiters.values()];
    let reply: readonly unknown[];
    try {
      const keys = [this.#keys.hash(feed.key), this.#keys.tail(feed.key)];
      const ids = waiting.map(({ id }) => id);
      const args = [this.#nodeId, epoch, position, this.#redis.identity, ...ids];
      reply = items(await this.#redis.call(scripts.catchUp, keys, args));
    } catch (error) {
      feed.caughtUp(epoch, null);
      if (error instanceof UnavailableError) return;
      throw error;
    }
    const [complete, messages, state, answers] = reply;
    feed.caughtUp(epoch, { complete: Number(complete) === 1, messages: texts(messages) });
    const known: K['State'] | null = text(state) === '' ? null : JSON.parse(text(state));
    const followers = new Map(
      known === null ? [] : this.#aggregate.followers(known).map((one) => [one.id, one]),
    );
    for (const one of held) {
      const now = followers.get(one.id);
      if (now === undefined || now.fence > one.fence) feed.drop(one, 'abandon');
    }
    const still = new Set(known === null ? [] : this.#aggregate.waiters(known).map(({ id }) => id));
    for (const [index, waiter] of waiting.entries()) {
      const answer = texts(answers)[index] ?? '';
      if (answer !== '') feed.endWaiter(waiter.id, answer);
      else if (!still.has(waiter.id) && feed.waiters.has(waiter.id)) waiter.again();
    }
    feed.rest();
  }
}

const ignore = () => {};
