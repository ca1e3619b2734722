import type { Clock, Timer } from '../../domain/clock.ts';
import type { RedisConnection } from './connection.ts';
import type { Feed } from './feed.ts';
import type { Feeds } from './feeds.ts';
import { NODES, roomKeys, roomsOfNode } from './keys.ts';
import { items, text, texts } from './replies.ts';
import { scripts } from './scripts.ts';

/** How often a node gives a sign of life, in milliseconds. */
const BEAT_MS = 2000;
/** How far apart a node's own signs may be so that it may judge others, in milliseconds. */
const STEADY_MS = 4000;
/** How long the care for a dead node is left to the one that took it, in milliseconds. */
const CARE_MS = 3000;
/** Rooms of a dead node that are cared for at once. */
const ROOMS_AT_ONCE = 100;

/**
 * Tells that this node lives, by one command for all its stays, and takes over what a dead one looked after. Whatever
 * this node looks after, it tells in the same rhythm what its mailboxes know to be received.
 */
export class Presence {
  readonly #redis: RedisConnection;
  readonly #feeds: Feeds;
  readonly #nodeId: string;
  readonly #deadMs: number;
  readonly #adopt: (roomId: string, deadNodeId: string) => Promise<void>;
  readonly #clock: Clock;
  #timer: Timer;
  #known = false;
  #living: readonly string[];

  constructor(parts: {
    redis: RedisConnection;
    feeds: Feeds;
    nodeId: string;
    /** How long after its last sign of life a node is dead, in milliseconds. */
    deadMs: number;
    /** Takes over what a dead node looked after in one room. */
    adopt: (roomId: string, deadNodeId: string) => Promise<void>;
    clock: Clock;
  }) {
    this.#redis = parts.redis;
    this.#feeds = parts.feeds;
    this.#nodeId = parts.nodeId;
    this.#deadMs = parts.deadMs;
    this.#adopt = parts.adopt;
    this.#clock = parts.clock;
    this.#living = [parts.nodeId];
    this.#timer = this.#beatLater();
  }

  /** This node, and those that were heard of shortly before its last sign of life. */
  get living(): readonly string[] {
    return this.#living;
  }

  /** Gives a sign of life now. @throws UnavailableError */
  async beat(): Promise<void> {
    const limits = [this.#deadMs, STEADY_MS, CARE_MS];
    const [before, dead, living] = items(
      await this.#redis.call(scripts.beat, [NODES], [this.#nodeId, ...limits]),
    );
    this.#living = texts(living);
    if (this.#known && text(before) === '') {
      // Redis was emptied, or this node was taken for dead.
      await Promise.all([this.#feeds.list(this.#feeds), this.#feeds.catchUp()]);
    }
    this.#known = true;
    await this.#tellReceived();
    for (const nodeId of texts(dead)) await this.#careFor(nodeId);
  }

  /** Leaves what this node looks after to the others, now. */
  async leave(): Promise<void> {
    this.#timer.cancel();
    const rooms = await this.#redis.do((client) => client.scard(roomsOfNode(this.#nodeId)));
    await this.#redis.do((client) =>
      rooms === 0 ? client.zrem(NODES, this.#nodeId) : client.zadd(NODES, 0, this.#nodeId),
    );
  }

  stop(): void {
    this.#timer.cancel();
  }

  #beatLater(): Timer {
    return this.#clock.after(BEAT_MS, () => {
      this.#timer = this.#beatLater();
      // Where Redis is away, the next beat tells.
      this.beat().catch(() => {});
    });
  }

  async #careFor(deadNodeId: string): Promise<void> {
    const rooms = roomsOfNode(deadNodeId);
    for (;;) {
      const found = await this.#redis.do((client) => client.srandmember(rooms, ROOMS_AT_ONCE));
      if (found.length === 0) break;
      await Promise.all(found.map((roomId) => this.#adopt(roomId, deadNodeId)));
      await this.#redis.do((client) => client.srem(rooms, ...found));
    }
    await this.#redis.call(scripts.bury, [NODES], [deadNodeId, this.#deadMs - CARE_MS]);
  }

  async #tellReceived(): Promise<void> {
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
