import { RateLimitedError } from '../domain/errors.ts';

/** What a hash is made with: the server's own parameters, or others, which may take a hundred times as long. */
export type Lane = 'own' | 'imported';

interface Queue {
  readonly waiting: (() => void)[];
  running: number;
  /** The time that its hashes have taken, in milliseconds. */
  spentMs: number;
}

/**
 * Limits how many hashes are computed at once. Imported hashes wait in a separate queue, which gets half of the time
 * while both have work. Otherwise a few sign-ins with expensive hashes would make everybody else wait.
 */
export class HashingTurns {
  readonly #concurrency: number;
  readonly #queueLimit: number;
  readonly #queues: Readonly<Record<Lane, Queue>> = {
    own: { waiting: [], running: 0, spentMs: 0 },
    imported: { waiting: [], running: 0, spentMs: 0 },
  };

  /** @param queueLimit how many may wait in each queue */
  constructor(concurrency: number, queueLimit: number) {
    this.#concurrency = concurrency;
    this.#queueLimit = queueLimit;
  }

  /** How many hashes are being computed, and how many wait. */
  get load(): { readonly running: number; readonly waiting: number } {
    const { own, imported } = this.#queues;
    return {
      running: own.running + imported.running,
      waiting: own.waiting.length + imported.waiting.length,
    };
  }

  /** @throws RateLimitedError when too many wait already */
  check(lane: Lane): void {
    if (this.#hasPlace(lane) || this.#queues[lane].waiting.length < this.#queueLimit) return;
    throw new RateLimitedError(1000, 'Too many people are signing in; try again in a moment.');
  }

  /** Does the work when it is its turn, however many wait. */
  async run<T>(lane: Lane, work: () => Promise<T>): Promise<T> {
    const queue = this.#queues[lane];
    if (queue.running === 0 && queue.waiting.length === 0) {
      // Time that a queue did not use while it was empty is not saved for later.
      const { own, imported } = this.#queues;
      queue.spentMs = Math.max(own.spentMs, imported.spentMs);
    }
    // A finished hash gives its place to the first waiting one, so that a later one cannot overtake it.
    if (this.#hasPlace(lane)) queue.running += 1;
    else await new Promise<void>((resolve) => queue.waiting.push(resolve));
    const began = performance.now();
    try {
      return await work();
    } finally {
      queue.running -= 1;
      queue.spentMs += performance.now() - began;
      this.#letIn();
    }
  }

  #letIn(): void {
    for (;;) {
      const ready = (['own', 'imported'] as const)
        .filter((lane) => this.#queues[lane].waiting.length > 0 && this.#mayRun(lane))
        .map((lane) => this.#queues[lane])
        .sort((one, other) => one.spentMs - other.spentMs);
      const next = ready[0]?.waiting.shift();
      if (ready[0] === undefined || next === undefined) return;
      ready[0].running += 1;
      next();
    }
  }

  #hasPlace(lane: Lane): boolean {
    return this.#mayRun(lane) && this.#queues[lane].waiting.length === 0;
  }

  /** Imported hashes leave a core to the others where there is more than one. */
  #mayRun(lane: Lane): boolean {
    const { own, imported } = this.#queues;
    if (own.running + imported.running >= this.#concurrency) return false;
    return lane === 'own' || imported.running < Math.max(1, this.#concurrency - 1);
  }
}
