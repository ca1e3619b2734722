/** A longer time between two looks means that the page slept: nothing is known of the time between. */
const GAP_MS = 5_000;

/** How much has arrived on a connection so far. */
export interface Arrived {
  /** Bytes of media. */
  readonly media: number;
  /** Bytes of everything, including reports on the media that is sent to the other side. */
  readonly all: number;
}

/** Measures for how long nothing has arrived although something should. Times are in milliseconds and never go back. */
export class MediaWatch {
  #last: Arrived | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #mediaAt = 0;
  #allAt = 0;
  #silentMs = 0;
  #deadMs = 0;
  #comes = false;

  /** Whether media has arrived since the previous look. */
  get comes(): boolean {
    return this.#comes;
  }

  /** For how long no media has arrived, in milliseconds. */
  get silentMs(): number {
    return this.#silentMs;
  }

  /** For how long nothing at all has arrived, in milliseconds. */
  get deadMs(): number {
    return this.#deadMs;
  }

  /** Takes into account what has arrived until `now`. */
  look(arrived: Arrived, now: number): void {
    const before = this.#last;
    const slept = now - this.#lookedAt > GAP_MS;
    this.#comes = before !== null && arrived.media > before.media;
    if (before === null || slept || arrived.media !== before.media) this.#mediaAt = now;
    if (before === null || slept || arrived.all !== before.all) this.#allAt = now;
    this.#last = arrived;
    this.#lookedAt = now;
    this.#silentMs = now - this.#mediaAt;
    this.#deadMs = now - this.#allAt;
  }

  /** Nothing is expected now: starts over. */
  rest(): void {
    this.#last = null;
    this.#comes = false;
    this.#silentMs = 0;
    this.#deadMs = 0;
  }
}
