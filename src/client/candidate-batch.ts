/** How many candidates one mutation may carry. */
const MOST = 64;

/**
 * Gathers candidates, so that a burst of them becomes one mutation. Those that come within `windowMs` of the first are
 * sent together.
 */
export class CandidateBatch<Candidate> {
  readonly #windowMs: number;
  readonly #send: (candidates: Candidate[]) => void;
  #waiting: Candidate[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(windowMs: number, send: (candidates: Candidate[]) => void) {
    this.#windowMs = windowMs;
    this.#send = send;
  }

  add(candidate: Candidate): void {
    this.#waiting.push(candidate);
    if (this.#waiting.length >= MOST) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), this.#windowMs);
  }

  /** Discards the candidates that wait. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }

  #flush(): void {
    const candidates = this.#waiting;
    this.clear();
    this.#send(candidates);
  }
}
