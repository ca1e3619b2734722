import type { Logger } from '../domain/logger.ts';

/** Measures by the monotonic clock how long Redis has been away, and tells once when that is too long. */
export class Absence {
  readonly #lostMs: number;
  readonly #at: string;
  readonly #log: Logger;
  readonly #onLost: (() => void)[] = [];
  readonly #onFound: (() => void)[] = [];
  #since: number | null = performance.now();
  #told = false;

  /**
   * @param lostMs how long Redis may be away, in milliseconds
   * @param at where Redis is, without credentials
   */
  constructor(lostMs: number, at: string, log: Logger) {
    this.#lostMs = lostMs;
    this.#at = at;
    this.#log = log;
  }

  /** Calls `listener` when Redis has been away for too long. */
  onLost(listener: () => void): void {
    this.#onLost.push(listener);
  }

  /** Calls `listener` when Redis is back after that. */
  onFound(listener: () => void): void {
    this.#onFound.push(listener);
  }

  /** Notes that Redis is away. Does nothing if that is known already. */
  begin(): void {
    this.#since ??= performance.now();
  }

  /** Notes that Redis has answered. */
  end(): void {
    this.#since = null;
  }

  /** Everything works again: tells the listeners of {@link Absence.onFound}, if a loss was told. */
  over(): void {
    if (!this.#told) return;
    this.#told = false;
    this.#log.info({}, 'Redis is back');
    for (const listener of this.#onFound) listener();
  }

  look(now: number): void {
    if (this.#since === null || this.#told || now - this.#since <= this.#lostMs) return;
    this.#told = true;
    this.#log.error({ at: this.#at }, 'Redis is away');
    for (const listener of this.#onLost) listener();
  }
}
