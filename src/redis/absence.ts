import type { Logger } from '../domain/logger.ts';

/** For how long Redis has been away, by the machine's monotonic clock; tells once when that is too long. */
export class Absence {
  readonly #lostMs: number;
  readonly #at: string;
  readonly #log: Logger;
  readonly #onLost: (() => void)[] = [];
  readonly #onFound: (() => void)[] = [];
  #since: number | null = performance.now();
  #told = false;

  /**
   * @param lostMs for how long Redis may be away, in milliseconds
   * @param at where Redis is, without credentials
   */
  constructor(lostMs: number, at: string, log: Logger) {
    this.#lostMs = lostMs;
    this.#at = at;
    this.#log = log;
  }

  /** Calls `listener` when Redis has been away for as long as may be. */
  onLost(listener: () => void): void {
    this.#onLost.push(listener);
  }

  /** Calls `listener` when Redis is back after that. */
  onFound(listener: () => void): void {
    this.#onFound.push(listener);
  }

  /** Redis is away; nothing happens where it has been already. */
  begin(): void {
    this.#since ??= performance.now();
  }

  /** Redis has answered. */
  end(): void {
    this.#since = null;
  }

  /** Everything is as it was before: those who were told of a loss hear of the return. */
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
