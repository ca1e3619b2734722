export interface RepairsOptions {
  /** The impolite side leaves the polite one some time, so that seldom both repair at once. */
  readonly polite: boolean;
  /** Finds new ways by an ICE restart; false when that cannot be done now. */
  readonly restart: () => boolean;
  /** Makes the connection anew; false when that cannot be done now. */
  readonly rebuild: () => boolean;
}

/** How long a first connection may take before it is helped. */
const FIRST_MS = 8_000;
/** How long a repair may take before the next one: twice that after each, up to the cap. */
const WAIT_MS = 3_000;
const WAIT_CAP_MS = 30_000;
const IMPOLITE_DELAY_MS = 500;

/**
 * When a connection is repaired, and how: first by an ICE restart, then made anew, then both in turn with waits that
 * grow, until it is {@link done}.
 */
export class Repairs {
  readonly #options: RepairsOptions;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #stopped = false;

  constructor(options: RepairsOptions) {
    this.#options = options;
  }

  /** A connection is being made for the first time. */
  begin(): void {
    this.#plan(FIRST_MS);
  }

  /** Something is wrong: repairs it, unless that is under way. */
  needed(): void {
    if (this.#timer === null) this.#plan(this.#attempt === 0 ? 0 : this.#waitMs());
  }

  /** Signals flow again, or the network has changed: what was tried before says nothing any more. */
  anew(): void {
    this.#attempt = 0;
    this.#plan(0);
  }

  /** The other side repairs: gives it time. */
  helped(): void {
    if (this.#timer !== null) this.#plan(this.#waitMs());
  }

  /** It cannot be repaired by a restart. */
  rebuildSoon(): void {
    if (this.#attempt % 2 === 0) this.#attempt += 1;
    this.#plan(this.#attempt === 1 ? 0 : this.#waitMs());
  }

  /** The transport is there again; whether media flows is not known yet. */
  pause(): void {
    this.#clear();
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
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
