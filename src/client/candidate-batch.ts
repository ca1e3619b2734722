/** Candidates that one call may carry. */
const MOST = 64;

/**
 * Gathers candidates, so that a burst of them is one call. What comes within `windowMs` of the first goes together.
 */
export class CandidateBatch<Candidate> {
  readonly #windowMs: number;
  readonly #send: (candidates: Candidate[]) => void;
  #waiting: Candidate[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(windowMs: number, send: (candidates: Candidate[]) => void) {
    this.#windowMs = windowMs;
    this.#send = send;
  }

  add(candidate: Candidate): void {
    this.#waiting.push(candidate);
    if (this.#waiting.length >= MOST) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), this.#windowMs);
  }

  /** Forgets what waits. */
  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting = [];
  }

  #flush(): void {
    const candidates = this.#waiting;
    this.clear();
    this.#send(candidates);
  }
}
