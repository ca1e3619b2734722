import type { Clock, Timer } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { RareLines } from '../rare-lines.ts';

export interface PushQueueLimits {
  /** How many messages are sent at once. */
  readonly atOnce: number;
  /** How many messages wait; past it new ones are lost. */
  readonly backlog: number;
}

/** Push messages that wait to be sent. */
export class PushQueue {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #limits: PushQueueLimits;
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #sending = new Set<Promise<void>>();
  /** Those that will wait again after a while. */
  readonly #later = new Set<Timer>();
  readonly #lines: RareLines;
  #isClosed = false;

  constructor({ clock, log, limits }: { clock: Clock; log: Logger; limits: PushQueueLimits }) {
    this.#clock = clock;
    this.#log = log;
    this.#lines = new RareLines(clock);
    this.#limits = limits;
  }

  /** Answers whether the work will be done: not if too many wait. It begins `delayMs` milliseconds from now. */
  add(work: () => Promise<void>, delayMs = 0): boolean {
    if (this.#isClosed || this.#isFull()) return false;
    const begin = () => {
      this.#waiting.push(work);
      this.#next();
    };
    if (delayMs > 0) {
      const timer = this.#clock.after(delayMs, () => {
        this.#later.delete(timer);
        begin();
      });
      this.#later.add(timer);
    } else begin();
    return true;
  }

  /** Resolves when everything that is being sent is sent; what still waits is left out. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting.length = 0;
    for (const timer of this.#later) timer.cancel();
    this.#later.clear();
    await Promise.all(this.#sending);
  }

  #isFull(): boolean {
    if (this.#waiting.length + this.#later.size < this.#limits.backlog) return false;
    this.#lines.say('lost', (times) =>
      this.#log.warn({ lost: times }, 'Push messages are lost: too many wait'),
    );
    return true;
  }

  #next(): void {
    while (this.#sending.size < this.#limits.atOnce) {
      const work = this.#waiting.shift();
      if (work === undefined) return;
      const done: Promise<void> = work()
        .catch((error: unknown) => {
          const reason = messageOf(error);
          this.#lines.say('failed', (times) =>
            this.#log.warn({ reason, times }, 'A push message could not be sent'),
          );
        })
        .finally(() => {
          this.#sending.delete(done);
          this.#next();
        });
      this.#sending.add(done);
    }
  }
}
