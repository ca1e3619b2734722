import type { Clock, Timer } from '../domain/clock.ts';
import { newId } from '../domain/identifier.ts';
import type { RedisConnection } from './connection.ts';
import { NODES } from './keys.ts';
import { items, text, texts } from './replies.ts';
import { scripts } from './scripts.ts';
import { SteadyTime } from './steady-time.ts';

/** How often a node gives a sign of life, in milliseconds. */
const BEAT_MS = 2000;
/** After how long without a sign of life a node is dead by default, in milliseconds. */
const DEAD_MS = 6000;
/** How far apart a node's own signs of life may be if it is to judge others, in milliseconds. */
const STEADY_MS = 4000;
/** How long a dead node is left to the node that cleans up after it, in milliseconds. */
const CARE_MS = 3000;

/** Is called at heartbeats and deaths of nodes. */
export interface NodeListener {
  /** Redis was emptied, or this node counted as dead: the others do not know any more what this node holds. */
  forgotten(): Promise<void>;
  /** This node has given a sign of life. */
  beat(): Promise<void>;
  /** Cleans up after a node that has died. It is called again, here or at another node, until it resolves. */
  died(nodeId: string): Promise<void>;
}

/**
 * The nodes of a cluster. This node tells the others that it is alive, and learns which nodes have died, by Redis'
 * clock.
 */
export class Nodes {
  readonly nodeId = newId();
  /** What time it is for all of them. */
  readonly time: SteadyTime;
  readonly #redis: RedisConnection;
  readonly #deadMs: number;
  readonly #clock: Clock;
  readonly #listeners: NodeListener[] = [];
  #timer: Timer;
  #known = false;
  #living: readonly string[] = [this.nodeId];

  /** @param deadMs after how long without a sign of life a node is dead, in milliseconds */
  constructor(redis: RedisConnection, clock: Clock, deadMs = DEAD_MS) {
    this.#redis = redis;
    this.#clock = clock;
    this.#deadMs = deadMs;
    this.time = new SteadyTime(redis, clock);
    this.#timer = this.#beatLater();
  }

  /** The ids of this node and of those that gave a sign of life shortly before its last one. */
  get living(): readonly string[] {
    return this.#living;
  }

  listen(listener: NodeListener): void {
    this.#listeners.push(listener);
  }

  /**
   * Gives a sign of life now, and cleans up after dead nodes in the background. What a listener fails to do is tried again
   * at a later beat.
   *
   * @throws UnavailableError
   */
  async beat(): Promise<void> {
    await this.time.look();
    const limits = [this.#deadMs, STEADY_MS, CARE_MS];
    const [before, dead, living] = items(
      await this.#redis.call(scripts.beat, [NODES], [this.nodeId, ...limits]),
    );
    this.#living = texts(living);
    const forgotten = this.#known && text(before) === '';
    this.#known = true;
    for (const listener of this.#listeners) {
      await succeeds(async () => {
        if (forgotten) await listener.forgotten();
        await listener.beat();
      });
    }
    for (const nodeId of texts(dead)) void succeeds(() => this.#cleanUpAfter(nodeId));
  }

  /** Leaves the cluster: the other nodes take over what this node holds. @throws UnavailableError */
  async leave(): Promise<void> {
    this.#timer.cancel();
    await this.#redis.do((client) => client.zadd(NODES, 0, this.nodeId));
  }

  async #cleanUpAfter(nodeId: string): Promise<void> {
    let clean = true;
    for (const listener of this.#listeners) {
      if (!(await succeeds(() => listener.died(nodeId)))) clean = false;
    }
    if (!clean) return;
    await this.#redis.call(scripts.forgetNode, [NODES], [nodeId, this.#deadMs - CARE_MS]);
  }

  #beatLater(): Timer {
    return this.#clock.after(BEAT_MS, () => {
      this.#timer = this.#beatLater();
      // If Redis is away, the next beat tries again.
      this.beat().catch(() => {});
    });
  }
}

async function succeeds(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch {
    return false;
  }
}
