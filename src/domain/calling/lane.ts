import { type CallRecord, type Work, workOf } from '../call/state.ts';
import type { Eventual } from '../eventual.ts';

/** How many rounds one run may do for a call. Each round changes the call, which may add work. */
const ROUNDS = 20;

interface Run {
  done: Promise<void>;
  /** Whether the call is being read: what changes now may not be seen. */
  reading: boolean;
}

/** Does one kind of work for calls: for each of them one round after the other, until nothing of it is left. */
export class Lane {
  readonly #read: (callId: string) => Eventual<CallRecord | null>;
  readonly #isLeft: (work: Work) => boolean;
  readonly #once: (record: CallRecord, work: Work) => Promise<boolean>;
  readonly #running = new Map<string, Run>();

  /**
   * @param isLeft whether there is anything of this kind in what is left to do
   * @param once does it; answers whether there may be more
   */
  constructor(
    read: (callId: string) => Eventual<CallRecord | null>,
    isLeft: (work: Work) => boolean,
    once: (record: CallRecord, work: Work) => Promise<boolean>,
  ) {
    this.#read = read;
    this.#isLeft = isLeft;
    this.#once = once;
  }

  /** Resolves when nothing is left of what was to be done for a call. @throws UnavailableError */
  async run(callId: string): Promise<void> {
    const running = this.#running.get(callId);
    if (running !== undefined) {
      // A run that is not reading now will read the call again, and so sees what the caller means.
      const isSeen = !running.reading;
      const isDone = await running.done.then(
        () => isSeen,
        () => false,
      );
      if (isDone) return;
    }
    await (this.#running.get(callId)?.done ?? this.#begin(callId));
  }

  /** Resolves when nothing is being done here. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) {
      await Promise.allSettled([...this.#running.values()].map(({ done }) => done));
    }
  }

  #begin(callId: string): Promise<void> {
    const run: Run = { reading: true, done: Promise.resolve() };
    run.done = this.#rounds(callId, run).finally(() => this.#running.delete(callId));
    this.#running.set(callId, run);
    return run.done;
  }

  async #rounds(callId: string, run: Run): Promise<void> {
    for (let round = 0; round < ROUNDS; round += 1) {
      run.reading = true;
      const record = await this.#read(callId);
      const work = record === null ? null : workOf(record);
      if (record === null || work === null || !this.#isLeft(work)) return;
      run.reading = false;
      if (!(await this.#once(record, work))) return;
    }
  }
}
