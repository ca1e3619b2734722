import type { Clock } from '../clock.ts';

/** Longer than anything takes that was begun before the end, in milliseconds. */
const MEMORY_MS = 300_000;

/** Ids of what ended a short while ago: sessions, rooms. */
export class RecentEnds {
  readonly #clock: Clock;
  /** Oldest first. */
  readonly #endedAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(id: string): void {
    const now = this.#clock.now();
    for (const [oldest, endedAt] of this.#endedAt) {
      if (now - endedAt < MEMORY_MS) break;
      this.#endedAt.delete(oldest);
    }
    this.#endedAt.set(id, now);
  }

  has(id: string): boolean {
    return this.#endedAt.has(id);
  }
}
