/** More than this between two looks, and the page slept: nothing can be said of the time between. */
const GAP_MS = 5_000;

/** How much has come in on a connection, at one moment. */
export interface Arrived {
  /** Bytes of media. */
  readonly media: number;
  /** Bytes of everything, reports on the media that is sent to the other side included. */
  readonly all: number;
}

/** Measures for how long nothing has come although something should. Time is given in milliseconds, and only grows. */
export class MediaWatch {
  #last: Arrived | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #mediaAt = 0;
  #allAt = 0;
  #silentMs = 0;
  #deadMs = 0;
  #comes = false;

  /** Whether media has come since the look before. */
  get comes(): boolean {
    return this.#comes;
  }

  /** How long no media has come. */
  get silentMs(): number {
    return this.#silentMs;
  }

  /** How long nothing at all has come. */
  get deadMs(): number {
    return this.#deadMs;
  }

  /** What has come until `now`. */
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

  /** Nothing is expected now. */
  rest(): void {
    this.#last = null;
    this.#comes = false;
    this.#silentMs = 0;
    this.#deadMs = 0;
  }
}
