import { KeyedQueue } from '../../domain/keyed-queue.ts';

/** A queue of work for each aggregate. */
export class Lines extends KeyedQueue {
  /** Starts it when everything before it is done. Later work does not wait for its end. */
  begin<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    if (!this.busy(key)) return work();
    return this.add(key, async () => ({ begun: work() })).then(({ begun }) => begun);
  }
}
