import type { Clock, Timer } from '../domain/clock.ts';

/** How often the connections are checked, in milliseconds. */
const WATCH_MS = 500;
/** How long Redis may take to answer before it counts as away, in milliseconds. */
const ANSWER_MS = 2000;
/** How often Redis is asked to do some work, in milliseconds. */
const WORK_MS = 2000;

/** What the watchdog checks. */
interface Watched {
  isReady(): boolean;
  /** Resolves when every connection has answered. */
  answers(): Promise<unknown>;
  /** Makes Redis do some work. */
  work(): void;
  /** Tries to make it ready. */
  prepare(): void;
  /** A connection is broken. */
  away(): void;
  /** The connections are open, but nothing is answered. */
  reconnect(): void;
  /** Called after each check, with the time of the monotonic clock. */
  looked(now: number): void;
}

/** Notices a Redis that does not answer although its connections are open, and one that is away for too long. */
export class Watchdog {
  readonly #watched: Watched;
  readonly #clock: Clock;
  #timer: Timer;
  #askedAt: number | null = null;
  #lookedAt = performance.now();
  #workedAt = Number.NEGATIVE_INFINITY;

  constructor(watched: Watched, clock: Clock) {
    this.#watched = watched;
    this.#clock = clock;
    this.#timer = clock.after(WATCH_MS, () => this.#look());
  }

  /** The connections are new, so a question that was asked before does not count any more. */
  reset(): void {
    this.#askedAt = null;
  }

  stop(): void {
    this.#timer.cancel();
  }

  #look(): void {
    this.#timer = this.#clock.after(WATCH_MS, () => this.#look());
    const watched = this.#watched;
    const now = performance.now();
    // If this process itself was paused, the answer may have arrived without having been read.
    if (this.#askedAt !== null && now - this.#lookedAt > 2 * WATCH_MS) this.#askedAt = now;
    this.#lookedAt = now;
    if (this.#askedAt !== null && now - this.#askedAt > ANSWER_MS) {
      this.#askedAt = null;
      watched.reconnect();
    } else if (watched.isReady() && this.#askedAt === null) {
      this.#ask(now);
    } else if (!watched.isReady()) {
      watched.prepare();
    }
    if (watched.isReady() && now - this.#workedAt > WORK_MS) {
      this.#workedAt = now;
      watched.work();
    }
    watched.looked(now);
  }

  #ask(now: number): void {
    this.#askedAt = now;
    this.#watched.answers().then(
      () => {
        this.#askedAt = null;
      },
      () => this.#watched.away(),
    );
  }
}
