/** Lets work with the same key run one after the other, in this process. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Runs `work` when all work that came before with this key is done. */
  take<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
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
