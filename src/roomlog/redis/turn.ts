import type { Redis } from 'ioredis';

/** What is gathered before it is asked. */
export interface Gathered {
  /** The turn ends: it is asked now, or goes on being gathered. */
  atTurnsEnd(): void;
  /** Something else is about to be asked, so this has to be. */
  ask(): void;
}

/** Gathers what one turn of the event loop asks of Redis into one write. */
export class Turn {
  readonly #client: Redis;
  #corked: Redis['stream'] | null = null;
  #gathered: Gathered | null = null;

  constructor(client: Redis) {
    this.#client = client;
  }

  /** Something is about to be asked. */
  begin(): void {
    this.askGathered();
    this.#cork();
  }

  /** Tells `gathered` of the end of the turn, and asks it before anything else is asked, in this turn or later. */
  gather(gathered: Gathered): void {
    this.#gathered = gathered;
    this.#cork();
  }

  askGathered(): void {
    const gathered = this.#gathered;
    this.#gathered = null;
    gathered?.ask();
  }

  #cork(): void {
    if (this.#corked !== null) return;
    const { stream } = this.#client;
    this.#corked = stream;
    stream.cork();
    setImmediate(() => {
      this.#gathered?.atTurnsEnd();
      this.#corked = null;
      stream.uncork();
    });
  }
}
