/** What is due later than this, in milliseconds, without that nodes were late: Redis' clock was set forward. */
const UNNOTICED_MS = 5000;
/** If Redis' clock differs by more than this from the time that has passed, in milliseconds, it was set. */
const SET_MS = 500;

/** When a decision is made. */
export interface Moment {
  readonly now: number;
  /** How far `now` is ahead of Redis' clock; negative after that was set forward. */
  readonly aheadMs: number;
  /** The same time as if Redis' clock had not been set since the last decision. */
  readonly evenNow: number;
  /** What time it is for all nodes. */
  readonly steady: number;
}

/** The time when an aggregate was loaded. */
export interface LoadedMoment extends Pick<Moment, 'now' | 'aheadMs'> {
  /** When the last decision was made. */
  readonly newest: number;
  /** What time it was then for all nodes; null: not known. */
  readonly steadyThen: number | null;
  /** Between which times of all nodes it was loaded. */
  readonly steady: { readonly least: number; readonly most: number };
}

/**
 * The time for a decision on an aggregate. If Redis' clock was set since the last decision, the time goes on by the clocks of
 * the nodes while something is due: nobody leaves early or late. It follows a clock that was set forward while nothing is due.
 *
 * @param due when the aggregate is due; null: never
 * @param lateMs if it is woken, by how much the node that wakes it is late; otherwise null
 */
export function momentOf(loaded: LoadedMoment, due: number | null, lateMs: number | null): Moment {
  const { newest, steadyThen, steady } = loaded;
  if (steadyThen === null) return byLoss(loaded, due, lateMs);
  const least = newest + Math.max(0, steady.least - steadyThen);
  const most = newest + Math.max(0, steady.most - steadyThen);
  const evenNow = Math.min(Math.max(loaded.now, least), most);
  const wasSet = loaded.now < least - SET_MS || loaded.now > most + SET_MS;
  const clock = loaded.now - loaded.aheadMs;
  const at = (now: number): Moment => {
    const steadyNow = Math.max(steady.least, Math.min(steady.most, steadyThen + now - newest));
    return { now, aheadMs: now - clock, evenNow, steady: steadyNow };
  };
  if (due === null && clock > Math.max(loaded.now, evenNow)) return at(clock);
  return at(wasSet && (due !== null || loaded.now < evenNow) ? evenNow : loaded.now);
}

/**
 * The same without a measure of the time since the last decision: what was due may come later by that time.
 */
function byLoss(loaded: LoadedMoment, due: number | null, lateMs: number | null): Moment {
  const clock = loaded.now - loaded.aheadMs;
  const at = (now: number): Moment => {
    return { now, aheadMs: now - clock, evenNow: now, steady: loaded.steady.most };
  };
  // Nothing comes early if the time jumps now.
  if (due === null) return at(loaded.aheadMs < 0 ? clock : loaded.now);
  // After a decision that was itself late, time goes on as usual. Otherwise it would be corrected again at each try.
  if (loaded.now <= Math.max(due + (lateMs ?? 0), loaded.newest) + UNNOTICED_MS) {
    return at(loaded.now);
  }
  return at(Math.max(loaded.newest, lateMs === null ? 0 : due + lateMs));
}
