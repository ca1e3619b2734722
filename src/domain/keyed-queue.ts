/** A queue of work for each key, in this process: one piece after the other. */
export class KeyedQueue {
  readonly #last = new Map<string, Promise<void>>();

  /** Whether anything is under way or waits. */
  busy(key: string): boolean {
    return this.#last.has(key);
  }

  /** Runs it when everything before it is done. */
  add<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(key);
    const result = before === undefined ? work() : before.then(work);
    const done = result.then(ignore, ignore).then(() => {
      if (this.#last.get(key) === done) this.#last.delete(key);
    });
    this.#last.set(key, done);
    return result;
  }
}

const ignore = () => {};
