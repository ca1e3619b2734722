/** What is due later than this, in milliseconds, without that nodes were late: Redis' clock was set forward. */
const UNNOTICED_MS = 5000;

/** When a decision is made. */
export interface Moment {
  readonly now: number;
  /** How far `now` is ahead of Redis' clock; negative after that was set forward. */
  readonly aheadMs: number;
}

/**
 * The time for a decision on an aggregate, which was loaded at `loaded`. If Redis' clock was set forward while something was
 * due, that time does not count, because it did not pass: nobody leaves early. Without a better measure the time goes on from
 * the last decision, so what was due may come later by the time since then.
 *
 * @param newest when the last decision was made
 * @param due when the aggregate is due; null: never
 * @param lateMs if it is woken, by how much the node that wakes it is late; otherwise null
 */
export function momentOf(
  loaded: Moment,
  newest: number,
  due: number | null,
  lateMs: number | null,
): Moment {
  const clock = loaded.now - loaded.aheadMs;
  const at = (now: number): Moment => ({ now, aheadMs: now - clock });
  // Nothing comes early if the time jumps now.
  if (due === null) return loaded.aheadMs < 0 ? at(clock) : loaded;
  // After a decision that was itself late, time goes on as usual. Otherwise it would be corrected again at each try.
  if (loaded.now <= Math.max(due + (lateMs ?? 0), newest) + UNNOTICED_MS) return loaded;
  return at(Math.max(newest, lateMs === null ? 0 : due + lateMs));
}
