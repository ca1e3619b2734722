/** What a heartbeat needs from a connection. */
interface Heart {
  /** Asks the other side for a sign of life. */
  ping(): void;
  /** No sign of life came: the connection is dead, whatever the system says. */
  dead(): void;
}

/**
 * Detects a connection that is dead although nothing closed it: it asks after `quietMs` of silence, and gives up when
 * nothing comes for `answerMs` more.
 */
export class Heartbeat {
  readonly #heart: Heart;
  readonly #quietMs: number;
  readonly #answerMs: number;
  #heardAt = performance.now();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(heart: Heart, quietMs: number, answerMs: number) {
    this.#heart = heart;
    this.#quietMs = quietMs;
    this.#answerMs = answerMs;
    this.#waitForSilence();
  }

  /** Call this when anything has arrived. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  /**
   * Asks now, for example because the network has changed.
   * @param answerMs how long the answer may take
   */
  probe(answerMs = this.#answerMs): void {
    this.stop();
    const askedAt = performance.now();
    this.#heart.ping();
    this.#timer = setTimeout(() => {
      if (this.#heardAt >= askedAt) this.#waitForSilence();
      else this.#heart.dead();
    }, answerMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #waitForSilence(): void {
    const silentMs = performance.now() - this.#heardAt;
    this.#timer = setTimeout(
      () => {
        if (performance.now() - this.#heardAt < this.#quietMs) this.#waitForSilence();
        else this.probe();
      },
      Math.max(0, this.#quietMs - silentMs),
    );
  }
}
