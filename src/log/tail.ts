import type { Entry } from '../domain/log.ts';

/** The newest entries of a log, bounded in number, bytes and age. */
export class Tail<Item extends Entry> {
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #maxAgeMs: number;
  #entries: Item[] = [];
  /** The weight of each entry. */
  #weights: number[] = [];
  /** When each entry was appended. */
  #times: number[] = [];
  /** Index of the oldest entry that still counts. The entries before it are removed together from time to time. */
  #first = 0;
  /** The bytes of the entries that still count. */
  #bytes = 0;

  constructor(bounds: { maxEntries: number; maxBytes: number; maxAgeMs: number }) {
    this.#maxEntries = bounds.maxEntries;
    this.#maxBytes = bounds.maxBytes;
    this.#maxAgeMs = bounds.maxAgeMs;
  }

  /**
   * @param bytes about how many bytes the entry takes
   * @param at by a clock that nobody sets, like all times here
   */
  append(entry: Item, bytes: number, at: number): void {
    this.#entries.push(entry);
    this.#weights.push(bytes);
    this.#times.push(at);
    this.#bytes += bytes;
    if (this.#entries.length - this.#first > this.#maxEntries) this.#passOver();
    while (this.#bytes > this.#maxBytes) this.#passOver();
    this.#passOverOld(at);
    if (this.#first > 64 && this.#first * 2 > this.#entries.length) this.#cut();
  }

  /** Drops entries that are too old now. In a quiet log, no append does it. */
  trim(now: number): void {
    this.#passOverOld(now);
    if (this.#first > 0) this.#cut();
  }

  /**
   * The entries after `position`, oldest first; null if one of them is not held any more or is older than `since`.
   *
   * @param newest position of the log's newest entry
   */
  after(position: number, newest: number, since: number): Item[] | null {
    const wanted = newest - position;
    if (wanted === 0) return [];
    const start = this.#entries.length - wanted;
    const oldest = this.#times[start];
    if (start < this.#first || oldest === undefined || oldest < since) return null;
    return this.#entries.slice(start);
  }

  #passOverOld(now: number): void {
    const oldest = now - this.#maxAgeMs;
    for (;;) {
      const first = this.#times[this.#first];
      if (first === undefined || first >= oldest) break;
      this.#passOver();
    }
  }

  #passOver(): void {
    this.#bytes -= this.#weights[this.#first] ?? 0;
    this.#first += 1;
  }

  #cut(): void {
    this.#entries = this.#entries.slice(this.#first);
    this.#weights = this.#weights.slice(this.#first);
    this.#times = this.#times.slice(this.#first);
    this.#first = 0;
  }
}
