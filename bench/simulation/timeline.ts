interface Due {
  at: number;
  order: number;
  run(): void;
}

/** Simulated time: planned actions run in the order of their times, and with equal times in the order of planning. */
export class Timeline {
  /** Milliseconds since the simulation began. */
  now = 0;
  /** A binary heap: each item comes before its two children. */
  readonly #due: Due[] = [];
  #planned = 0;

  /** Plans an action, now at the earliest. */
  at(ms: number, run: () => void): void {
    const due = { at: Math.max(ms, this.now), order: this.#planned++, run };
    const heap = this.#due;
    let place = heap.length;
    heap.push(due);
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above] as Due;
      if (isBefore(parent, due)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = due;
  }

  /** Runs all planned actions, and those that they plan. */
  run(): void {
    for (let next = this.#take(); next !== null; next = this.#take()) {
      this.now = next.at;
      next.run();
    }
  }

  #take(): Due | null {
    const heap = this.#due;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return null;
    if (heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      const other = heap[child + 1];
      if (other !== undefined && isBefore(other, heap[child] as Due)) child += 1;
      if (!isBefore(heap[child] as Due, last)) break;
      heap[place] = heap[child] as Due;
      place = child;
    }
    heap[place] = last;
    return first;
  }
}

function isBefore(one: Due, other: Due): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** One core that works on one task after the other, with a constant share taken by other work. */
export class Core {
  readonly #timeline: Timeline;
  readonly #share: number;
  #busyUntil = 0;
  /** The longest wait before a task, in milliseconds. */
  longestWaitMs = 0;

  constructor(timeline: Timeline, background: number) {
    this.#timeline = timeline;
    this.#share = 1 - background;
  }

  /** The time when a task that arrives now and takes this many microseconds would be done. */
  finish(micros: number): number {
    return Math.max(this.#timeline.now, this.#busyUntil) + micros / 1000 / this.#share;
  }

  /** Adds a task that arrives now and takes this many microseconds; returns when it will be done. */
  work(micros: number): number {
    const { now } = this.#timeline;
    this.longestWaitMs = Math.max(this.longestWaitMs, this.#busyUntil - now);
    this.#busyUntil = this.finish(micros);
    return this.#busyUntil;
  }
}
