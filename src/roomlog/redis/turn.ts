import type { Redis } from 'ioredis';

/** Gathers what one turn of the event loop asks of Redis into one write. */
export class Turn {
  readonly #client: Redis;
  #corked: Redis['stream'] | null = null;
  #last: (() => void) | null = null;

  constructor(client: Redis) {
    this.#client = client;
  }

  /** Something is about to be asked. */
  begin(): void {
    this.askLast();
    this.#cork();
  }

  /** Calls `ask` once: at the end of the turn, or before anything else is asked in it. */
  atEnd(ask: () => void): void {
    this.#last = ask;
    this.#cork();
  }

  askLast(): void {
    const ask = this.#last;
    this.#last = null;
    ask?.();
  }

  #cork(): void {
    if (this.#corked !== null) return;
    const { stream } = this.#client;
    this.#corked = stream;
    stream.cork();
    setImmediate(() => {
      this.askLast();
      this.#corked = null;
      stream.uncork();
    });
  }
}
