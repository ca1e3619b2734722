import { UnavailableError } from '../../domain/errors.ts';
import type { RedisConnection } from '../../redis/connection.ts';
import { items, texts } from '../../redis/replies.ts';
import { Feed, type LocalWaiter } from './feed.ts';
import { roomChannel, roomKeys, roomsOfNode } from './keys.ts';
import { scripts } from './scripts.ts';

/** The rooms that this node has anything to do with. One connection listens for all of them. */
export class Feeds {
  readonly #feeds = new Map<string, Feed>();
  readonly #redis: RedisConnection;
  readonly #nodeId: string;
  readonly #knockAgain: (waiter: LocalWaiter) => void;

  /** @param knockAgain called with one who waits and whose knock Redis has lost */
  constructor(redis: RedisConnection, nodeId: string, knockAgain: (waiter: LocalWaiter) => void) {
    this.#redis = redis;
    this.#nodeId = nodeId;
    this.#knockAgain = knockAgain;
  }

  [Symbol.iterator](): IterableIterator<Feed> {
    return this.#feeds.values();
  }

  find(roomId: string): Feed | null {
    return this.#feeds.get(roomId) ?? null;
  }

  /** The feed of a room; it is let go of once nobody needs it. */
  open(roomId: string): Feed {
    const known = this.#feeds.get(roomId);
    if (known !== undefined) return known;
    const feed: Feed = new Feed(roomId, {
      opened: this.#opening(roomId, (message) => feed.receive(message)),
      refill: (epoch, position) => void this.#refill(feed, epoch, position),
      onIdle: () => {
        if (this.#feeds.get(roomId) !== feed) return;
        this.#feeds.delete(roomId);
        this.#redis.unlisten(roomChannel(roomId, this.#nodeId));
        this.#redis.do((client) => client.srem(roomsOfNode(this.#nodeId), roomId)).catch(ignore);
      },
    });
    this.#feeds.set(roomId, feed);
    // Whoever expects something of the feed is told.
    feed.opened.catch(ignore);
    return feed;
  }

  /** Hears of what this node could not listen to, and lets go of what is its own no more. */
  async catchUp(): Promise<void> {
    const all = [...this.#feeds.values()];
    for (const feed of all) for (const [epoch] of feed.views()) feed.pause(epoch);
    await Promise.all(all.map((feed) => this.#catchUpRoom(feed)));
  }

  /** Notes a room again as one that this node looks after. */
  async list(feeds: Iterable<Feed>): Promise<void> {
    const rooms = Array.from(feeds, ({ roomId }) => roomId);
    if (rooms.length === 0) return;
    await this.#redis.do((client) => client.sadd(roomsOfNode(this.#nodeId), ...rooms));
  }

  close(): void {
    for (const feed of this.#feeds.values()) {
      for (const stay of [...feed.stays.values()]) feed.drop(stay, 'end');
    }
    this.#feeds.clear();
  }

  async #opening(roomId: string, receive: (message: string) => void): Promise<void> {
    // Noted before anything is done: so nothing is forgotten where this node dies.
    await Promise.all([
      this.#redis.do((client) => client.sadd(roomsOfNode(this.#nodeId), roomId)),
      this.#redis.listen(roomChannel(roomId, this.#nodeId), receive),
    ]);
  }

  async #catchUpRoom(feed: Feed): Promise<void> {
    const views = [...feed.views()];
    for (const [epoch, position] of views) await this.#refill(feed, epoch, position);
    if (views.length === 0 && feed.waiters.size > 0) await this.#refill(feed, '', 0);
  }

  async #refill(feed: Feed, epoch: string, position: number): Promise<void> {
    const stays = [...feed.stays.values()].filter((stay) => stay.epoch === epoch);
    const keys = roomKeys(feed.roomId).slice(0, 3);
    let reply: readonly unknown[];
    try {
      const ids = stays.map(({ hold }) => hold.stayId);
      const args = [this.#nodeId, epoch, position, ...ids];
      reply = items(await this.#redis.call(scripts.catchUp, keys, args));
    } catch (error) {
      feed.caughtUp(epoch, null);
      if (error instanceof UnavailableError) return;
      throw error;
    }
    const [complete, messages, fences, knocks] = reply;
    feed.caughtUp(epoch, { complete: Number(complete) === 1, messages: texts(messages) });
    const newest = texts(fences);
    for (const [index, stay] of stays.entries()) {
      const fence = newest[index] ?? '';
      if (fence === '' || Number(fence) > stay.hold.fence) feed.drop(stay, 'abandon');
    }
    this.#checkWaiters(feed, new Set(texts(knocks)));
    feed.rest();
  }

  #checkWaiters(feed: Feed, known: ReadonlySet<string>): void {
    for (const [knockId, waiter] of [...feed.waiters]) {
      if (known.has(`y:${knockId}`)) feed.endKnock(knockId, 'admitted');
      else if (!known.has(`k:${knockId}`)) this.#knockAgain(waiter);
    }
  }
}

const ignore = () => {};
