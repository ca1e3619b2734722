import type { Redis } from 'ioredis';

/** Commands that are collected before they are sent. */
export interface Collected {
  /** The turn of the event loop ends: send them now, or continue to collect. */
  atTurnEnd(): void;
  /** Another command is about to be sent, so these are sent now. */
  flush(): void;
}

/** Sends all commands of one turn of the event loop in one write. */
export class WriteBatch {
  readonly #client: Redis;
  #corked: Redis['stream'] | null = null;
  #collected: Collected | null = null;

  constructor(client: Redis) {
    this.#client = client;
  }

  /** A command is about to be sent. */
  begin(): void {
    this.sendCollected();
    this.#cork();
  }

  /** Tells `collected` when the turn ends. It is sent before any other command, in this turn or later. */
  collect(collected: Collected): void {
    this.#collected = collected;
    this.#cork();
  }

  sendCollected(): void {
    const collected = this.#collected;
    this.#collected = null;
    collected?.flush();
  }

  #cork(): void {
    if (this.#corked !== null) return;
    const { stream } = this.#client;
    this.#corked = stream;
    stream.cork();
    setImmediate(() => {
      this.#collected?.atTurnEnd();
      this.#corked = null;
      stream.uncork();
    });
  }
}
