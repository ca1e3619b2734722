/** Work on aggregates, one piece after the other on each. */
export class Lines {
  readonly #last = new Map<string, Promise<void>>();

  /** Whether anything is under way or waits. */
  busy(key: string): boolean {
    return this.#last.has(key);
  }

  /** Does it when all that came before is done. */
  add<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(key);
    const result = before === undefined ? work() : before.then(work);
    const done = result.then(ignore, ignore).then(() => {
      if (this.#last.get(key) === done) this.#last.delete(key);
    });
    this.#last.set(key, done);
    return result;
  }

  /** Begins it when all that came before is done; what comes later does not wait until this is done. */
  begin<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    if (!this.busy(key)) return work();
    return this.add(key, async () => ({ begun: work() })).then(({ begun }) => begun);
  }
}

const ignore = () => {};
