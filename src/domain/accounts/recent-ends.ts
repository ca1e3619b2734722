import type { Clock } from '../clock.ts';

/** Longer than anything that is begun for a session may take, in milliseconds. */
const MEMORY_MS = 300_000;

/** The sessions that ended a short while ago. */
export class RecentEnds {
  readonly #clock: Clock;
  /** Oldest first. */
  readonly #endedAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(sessionId: string): void {
    const now = this.#clock.now();
    for (const [id, endedAt] of this.#endedAt) {
      if (now - endedAt < MEMORY_MS) break;
      this.#endedAt.delete(id);
    }
    this.#endedAt.set(sessionId, now);
  }

  has(sessionId: string): boolean {
    return this.#endedAt.has(sessionId);
  }
}
