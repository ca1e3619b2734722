/**
 * Slows down frequent attempts: some are free, and each further one has to wait twice as long as the one
 * before. Attempts are forgotten an hour after the first of them.
 */
export interface Throttle {
  /**
   * Counts an attempt of `key`, of many at once one after the other. Resolves to 0 where it may go on; otherwise to
   * the milliseconds to wait, and then it was not counted.
   */
  take(key: string): Promise<number>;
  /**
   * Takes back one attempt that {@link Throttle.take} let go on, with the wait that it began: it turned out to be none
   * of those that are counted.
   */
  giveBack(key: string): Promise<void>;
  /** The milliseconds that `key` has to wait now; counts nothing. */
  wait(key: string): Promise<number>;
  /** Forgets all attempts of `key`. */
  forget(key: string): Promise<void>;
}
