import type { RedisConnection } from '../../redis/connection.ts';
import type { NodeListener } from '../../redis/nodes.ts';
import type { Feed } from './feed.ts';
import type { Feeds } from './feeds.ts';
import { roomKeys, roomsOfNode } from './keys.ts';
import { scripts } from './scripts.ts';

/** Rooms of a dead node that are cared for at once. */
const ROOMS_AT_ONCE = 100;

/** Takes over what a dead node looked after, and tells with each beat what mailboxes here know to be received. */
export class Care implements NodeListener {
  readonly #redis: RedisConnection;
  readonly #feeds: Feeds;
  readonly #adopt: (roomId: string, deadNodeId: string) => Promise<void>;

  constructor(parts: {
    redis: RedisConnection;
    feeds: Feeds;
    /** Takes over what a dead node looked after in one room. */
    adopt: (roomId: string, deadNodeId: string) => Promise<void>;
  }) {
    this.#redis = parts.redis;
    this.#feeds = parts.feeds;
    this.#adopt = parts.adopt;
  }

  async forgotten(): Promise<void> {
    await Promise.all([this.#feeds.list(this.#feeds), this.#feeds.catchUp()]);
  }

  async died(deadNodeId: string): Promise<void> {
    const rooms = roomsOfNode(deadNodeId);
    for (;;) {
      const found = await this.#redis.do((client) => client.srandmember(rooms, ROOMS_AT_ONCE));
      if (found.length === 0) break;
      await Promise.all(found.map((roomId) => this.#adopt(roomId, deadNodeId)));
      await this.#redis.do((client) => client.srem(rooms, ...found));
    }
  }

  async beat(): Promise<void> {
    const told: Promise<unknown>[] = [];
    const unlisted: Feed[] = [];
    for (const feed of this.#feeds) {
      const pairs: (string | number)[] = [];
      for (const stay of feed.stays.values()) {
        const through = stay.mailbox?.receivedThrough ?? -1;
        if (through <= stay.toldThrough) continue;
        stay.toldThrough = through;
        pairs.push(stay.hold.stayId, through);
      }
      const [room] = roomKeys(feed.roomId);
      if (pairs.length > 0) told.push(this.#redis.call(scripts.received, [room], pairs));
      if (feed.unlisted) unlisted.push(feed);
      feed.unlisted = false;
    }
    await Promise.all([...told, this.#feeds.list(unlisted)]);
  }
}
