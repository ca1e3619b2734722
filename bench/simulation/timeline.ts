interface Due {
  at: number;
  order: number;
  run(): void;
}

/** Simulated time: what is planned happens in the order of its time, and of its planning where that is equal. */
export class Timeline {
  /** Milliseconds since the simulation began. */
  now = 0;
  /** A binary heap: each before its two children. */
  readonly #due: Due[] = [];
  #planned = 0;

  /** Plans something, now at the earliest. */
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

  /** Lets everything happen that is planned, and what that plans. */
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

/** One core that works on one thing after the other, beside work that takes a share of it all the time. */
export class Core {
  readonly #timeline: Timeline;
  readonly #share: number;
  #busyUntil = 0;
  /** Milliseconds that the longest wait before work took. */
  longestWaitMs = 0;

  constructor(timeline: Timeline, background: number) {
    this.#timeline = timeline;
    this.#share = 1 - background;
  }

  /** When work would be done that comes now and takes so many microseconds of the core. */
  finish(micros: number): number {
    return Math.max(this.#timeline.now, this.#busyUntil) + micros / 1000 / this.#share;
  }

  /** Answers when work is done that comes now and takes so many microseconds of the core. */
  work(micros: number): number {
    const { now } = this.#timeline;
    this.longestWaitMs = Math.max(this.longestWaitMs, this.#busyUntil - now);
    this.#busyUntil = this.finish(micros);
    return this.#busyUntil;
  }
}
