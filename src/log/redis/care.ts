import type { Kind } from '../../domain/log.ts';
import type { RedisConnection } from '../../redis/connection.ts';
import { NODES } from '../../redis/keys.ts';
import type { NodeListener } from '../../redis/nodes.ts';
import type { Dues } from './dues.ts';
import type { Feeds } from './feeds.ts';
import type { Keys } from './keys.ts';

/** How many aggregates of a dead node are taken over at once. */
const AT_ONCE = 100;
/** How many heartbeats pass between two comparisons with Redis. */
const COMPARED_EACH = 5;

/** What a node does for its aggregates at each heartbeat, and for those of a dead node. */
export class Care<K extends Kind> implements NodeListener {
  readonly #redis: RedisConnection;
  readonly #keys: Keys;
  readonly #feeds: Feeds<K>;
  readonly #dues: Dues;
  readonly #nodeId: string;
  readonly #takeOver: (key: string, deadNodeId: string) => Promise<void>;
  #beats = 0;
  #finding: Promise<void> | null = null;

  constructor(parts: {
    redis: RedisConnection;
    keys: Keys;
    feeds: Feeds<K>;
    dues: Dues;
    nodeId: string;
    /** Takes over what a dead node held in one aggregate. */
    takeOver: (key: string, deadNodeId: string) => Promise<void>;
  }) {
    this.#redis = parts.redis;
    this.#keys = parts.keys;
    this.#feeds = parts.feeds;
    this.#dues = parts.dues;
    this.#nodeId = parts.nodeId;
    this.#takeOver = parts.takeOver;
  }

  async forgotten(): Promise<void> {
    await Promise.all([this.#feeds.list(), this.#feeds.catchUp()]);
  }

  async beat(): Promise<void> {
    this.#beats += 1;
    await this.#feeds.tellReceived();
    if (this.#beats % COMPARED_EACH !== 1) return;
    await this.#redis.do((client) => client.sadd(this.#keys.nodes, this.#nodeId));
    await Promise.all([this.#feeds.list(), this.#feeds.compare(), this.#dues.noteAgain()]);
    // In the background: it may be much, and a node that starts does not wait for it.
    this.#finding ??= this.#findForgotten()
      .catch(ignore)
      .finally(() => {
        this.#finding = null;
      });
  }

  async died(deadNodeId: string): Promise<void> {
    const set = this.#keys.ofNode(deadNodeId);
    for (;;) {
      const found = await this.#redis.do((client) => client.srandmember(set, AT_ONCE));
      if (found.length === 0) break;
      await Promise.all(found.map((key) => this.#takeOverOne(key, deadNodeId)));
      await this.#redis.do((client) => client.srem(set, ...found));
    }
    await this.#redis.do((client) => client.srem(this.#keys.nodes, deadNodeId));
  }

  /**
   * Cleans up after nodes that are forgotten. Only one node is told of a death, and during an upgrade that may be one of
   * the version before, which does not know these aggregates.
   */
  async #findForgotten(): Promise<void> {
    // In this order: a node is known before it has any aggregates.
    const had = await this.#redis.do((client) => client.smembers(this.#keys.nodes));
    const known = new Set(await this.#redis.do((client) => client.zrange(NODES, '0', '-1')));
    for (const nodeId of had) if (!known.has(nodeId)) await this.died(nodeId);
  }

  #takeOverOne(key: string, deadNodeId: string): Promise<void> {
    return this.#feeds.open(key).expecting(() => this.#takeOver(key, deadNodeId));
  }
}

/** It is tried again at a later beat. */
const ignore = () => {};
