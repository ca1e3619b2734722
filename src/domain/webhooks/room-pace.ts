import { LRUCache } from 'lru-cache';
import type { RoomActivity } from '../room/live-rooms.ts';
import { TokenBucket } from '../signaling/token-bucket.ts';

/** Rooms, and users, that are remembered; who was quiet longest is forgotten first. */
const REMEMBERED = 10_000;
/** Participants of one room whose joining was not told, at most. */
const STAYS_MAX = 1000;

/** What a room has kept to itself. */
interface Untold {
  /** Whether its start was not told. */
  start: boolean;
  /** Participants whose joining was not told. */
  readonly stays: Set<string>;
}

/**
 * Bounds how often receivers are told of one room, and of one user: past it starts and joins are left out, and with
 * them the ends and leavings that belong to them. So what is told stays in pairs.
 */
export class RoomPace {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #buckets = new LRUCache<string, TokenBucket>({ max: 2 * REMEMBERED });
  readonly #untold = new LRUCache<string, Untold>({ max: REMEMBERED });

  /** @param perSecond of one room or user, lasting @param burst at once */
  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** Whether to tell of it. @param now milliseconds since the Unix epoch */
  admits(activity: RoomActivity, now: number): boolean {
    const { roomId } = activity;
    switch (activity.type) {
      case 'room.started':
        if (this.#pays([`room ${roomId}`], now)) return true;
        this.#untoldOf(roomId).start = true;
        return false;
      case 'participant.joined': {
        const { id, user } = activity.participant;
        // A room whose start was not told has nobody in it for who is told.
        const silent = this.#untold.get(roomId)?.start === true;
        if (!silent && this.#pays([`room ${roomId}`, `user ${user.id}`], now)) return true;
        this.#keepUntold(roomId, id);
        return false;
      }
      case 'participant.left':
        return this.#untold.get(roomId)?.stays.delete(activity.participant.id) !== true;
      case 'room.ended': {
        const told = this.#untold.get(roomId)?.start !== true;
        this.#untold.delete(roomId);
        return told;
      }
    }
  }

  #pays(keys: readonly string[], now: number): boolean {
    const buckets = keys.map((key) => this.#bucket(key, now));
    if (buckets.some((bucket) => bucket.waitFor(now, 1) > 0)) return false;
    for (const bucket of buckets) bucket.take(now);
    return true;
  }

  #bucket(key: string, now: number): TokenBucket {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = new TokenBucket(this.#perSecond, this.#burst, now);
      this.#buckets.set(key, bucket);
    }
    return bucket;
  }

  #keepUntold(roomId: string, stayId: string): void {
    const { stays } = this.#untoldOf(roomId);
    stays.add(stayId);
    // Whose leaving another node heard of is never taken out.
    for (const oldest of stays) {
      if (stays.size <= STAYS_MAX) break;
      stays.delete(oldest);
    }
  }

  #untoldOf(roomId: string): Untold {
    let untold = this.#untold.get(roomId);
    if (untold === undefined) {
      untold = { start: false, stays: new Set() };
      this.#untold.set(roomId, untold);
    }
    return untold;
  }
}
