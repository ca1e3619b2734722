export interface RepairsOptions {
  /** The impolite side waits a little longer, so that both sides seldom repair at the same time. */
  readonly polite: boolean;
  /** Restarts ICE; returns false when that cannot be done now. */
  readonly restart: () => boolean;
  /** Makes the connection anew; returns false when that cannot be done now. */
  readonly rebuild: () => boolean;
}

/** How long the first connection may take before it is repaired. */
const FIRST_MS = 8_000;
/** How long media may take to arrive once the transport works again after the first repair. */
const PROOF_MS = 1_000;
/** How long a repair may take before the next one. It doubles after each repair, up to the cap. */
const WAIT_MS = 3_000;
const WAIT_CAP_MS = 30_000;
const IMPOLITE_DELAY_MS = 500;

/**
 * Decides when and how a connection is repaired: first by an ICE restart, then by a new connection, then both in turn
 * with growing waits, until {@link done} is called.
 */
export class Repairs {
  readonly #options: RepairsOptions;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(options: RepairsOptions) {
    this.#options = options;
  }

  /** The first connection is being made. */
  begin(): void {
    this.#plan(FIRST_MS);
  }

  /** Something is wrong: starts a repair, unless one is under way. */
  needed(): void {
    if (this.#timer === undefined) this.#plan(this.#attempt === 0 ? 0 : this.#waitMs());
  }

  /** Signals flow again, or the network has changed: starts over, because earlier failures prove nothing now. */
  anew(): void {
    this.#attempt = 0;
    this.#plan(0);
  }

  /** The other side is repairing: gives it time. */
  helped(): void {
    if (this.#timer !== undefined) this.#plan(this.#waitMs());
  }

  /** A restart cannot repair it: the next repair is a new connection. */
  rebuildSoon(): void {
    if (this.#attempt % 2 === 0) this.#attempt += 1;
    this.#plan(this.#attempt === 1 ? 0 : this.#waitMs());
  }

  /**
   * The transport works again; whether media flows is not known yet. If none has come soon after the first repair, there is
   * nothing to wait for: browsers sometimes leave one side without a way after a restart, and find it with the next.
   */
  pause(): void {
    if (this.#attempt === 1) this.#plan(PROOF_MS);
    else this.#clear();
  }

  /** Media flows. */
  done(): void {
    this.#attempt = 0;
    this.#clear();
  }

  stop(): void {
    this.#stopped = true;
    this.#clear();
  }

  #waitMs(): number {
    return Math.min(WAIT_CAP_MS, WAIT_MS * 2 ** Math.max(0, this.#attempt - 1));
  }

  #plan(ms: number): void {
    this.#clear();
    if (this.#stopped) return;
    const delayMs = ms + (this.#options.polite ? 0 : IMPOLITE_DELAY_MS);
    this.#timer = setTimeout(() => this.#run(), delayMs);
  }

  #run(): void {
    const { restart, rebuild } = this.#options;
    const tried = this.#attempt % 2 === 0 ? restart() : rebuild();
    if (tried) this.#attempt += 1;
    this.#plan(this.#waitMs());
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
