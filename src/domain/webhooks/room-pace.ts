import { LRUCache } from 'lru-cache';
import type { RoomActivity } from '../room/live-rooms.ts';
import { type Rate, TokenBucket } from '../signaling/token-bucket.ts';

/** How many rooms, and how many users, are remembered. Those that were quiet longest are forgotten first. */
const REMEMBERED = 10_000;
/** How many participants of one room whose join was not told are remembered. */
const STAYS_MAX = 1000;

/** What receivers were not told about a room. */
interface Untold {
  /** Whether its start was not told. */
  start: boolean;
  /** Participants whose join was not told. */
  readonly stays: Set<string>;
}

/**
 * Limits how often receivers are told of one room, and of one user. Past the limit, starts and joins are left out, and
 * so are the ends and leaves that belong to them. So told events always come in pairs.
 */
export class RoomPace {
  readonly #rate: Rate;
  readonly #buckets = new LRUCache<string, TokenBucket>({ max: 2 * REMEMBERED });
  readonly #untold = new LRUCache<string, Untold>({ max: REMEMBERED });

  /** @param perSecond of one room or user, in the long run @param burst at once */
  constructor(perSecond: number, burst: number) {
    this.#rate = { perSecond, burst };
  }

  /** Whether receivers are told of it. @param now the elapsed time of a clock, in milliseconds */
  admits(activity: RoomActivity, now: number): boolean {
    const { roomId } = activity;
    switch (activity.type) {
      case 'room.started':
        // A former end may have been told to another node.
        this.#untold.delete(roomId);
        if (this.#pays([`room ${roomId}`], now)) return true;
        this.#untoldOf(roomId).start = true;
        return false;
      case 'participant.joined': {
        const { id, user } = activity.participant;
        // For receivers that were not told of the room's start, nobody can be in it.
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
      bucket = new TokenBucket(this.#rate, now);
      this.#buckets.set(key, bucket);
    }
    return bucket;
  }

  #keepUntold(roomId: string, stayId: string): void {
    const { stays } = this.#untoldOf(roomId);
    stays.add(stayId);
    // A participant whose leaving was told to another node is never removed, so the number is limited.
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
