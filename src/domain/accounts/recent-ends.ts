import type { Clock } from '../clock.ts';

/** How long an end is remembered, in milliseconds: longer than any request takes that began before the end. */
const MEMORY_MS = 300_000;

/** Ids of sessions or rooms that ended in the last minutes. */
export class RecentEnds {
  readonly #clock: Clock;
  /** By elapsed time, oldest first. */
  readonly #endedAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(id: string): void {
    const now = this.#clock.elapsed();
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
