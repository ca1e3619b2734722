/**
 * Slows down frequent attempts: some are free, and each further one has to wait twice as long as the one
 * before. Attempts are forgotten an hour after the first of them.
 */
export interface Throttle {
  /**
   * Counts an attempt of `key`; attempts at the same time are counted one after the other. Resolves to 0 if it may go
   * on. Otherwise it resolves to the milliseconds to wait, and the attempt is not counted.
   */
  take(key: string): Promise<number>;
  /**
   * Takes back one attempt that {@link Throttle.take} let go on, and the wait that it began, because it turned out not
   * to be one that counts.
   */
  giveBack(key: string): Promise<void>;
  /** The milliseconds that `key` has to wait now; counts nothing. */
  wait(key: string): Promise<number>;
  /** Forgets all attempts of `key`. */
  forget(key: string): Promise<void>;
}

/** Limits how much of something may happen within a minute, for each key. */
export interface Allowance {
  /**
   * Takes `count` (default 1) and resolves to 0. If there is not so much left, it takes nothing and resolves to the
   * milliseconds to wait.
   */
  take(key: string, count?: number): Promise<number>;
  /** Takes back what {@link Allowance.take} took. */
  giveBack(key: string, count?: number): Promise<void>;
}
