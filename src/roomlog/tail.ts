import type { LogEntry } from '../domain/room/entry.ts';

/** The newest entries of a log, bounded in number and age. */
export class Tail {
  readonly #maxEntries: number;
  readonly #maxAgeMs: number;
  #entries: LogEntry[] = [];
  /** Index of the oldest entry that counts; what stands before it is cut off in one go from time to time. */
  #first = 0;

  constructor(maxEntries: number, maxAgeMs: number) {
    this.#maxEntries = maxEntries;
    this.#maxAgeMs = maxAgeMs;
  }

  append(entry: LogEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length - this.#first > this.#maxEntries) this.#first += 1;
    this.#passOver(entry.at);
    if (this.#first > 64 && this.#first * 2 > this.#entries.length) this.#cut();
  }

  /** Lets go of what is too old now: in a log that nothing is appended to nobody else does. */
  trim(now: number): void {
    this.#passOver(now);
    if (this.#first > 0) this.#cut();
  }

  /**
   * The entries after `position`, oldest first; null when one of them is not held any more or is from before `since`.
   *
   * @param newest position of the log's newest entry
   * @param since milliseconds since the Unix epoch
   */
  after(position: number, newest: number, since: number): LogEntry[] | null {
    const wanted = newest - position;
    if (wanted === 0) return [];
    const start = this.#entries.length - wanted;
    const oldest = this.#entries[start];
    if (start < this.#first || oldest === undefined || oldest.at < since) return null;
    return this.#entries.slice(start);
  }

  #passOver(now: number): void {
    const oldest = now - this.#maxAgeMs;
    for (;;) {
      const first = this.#entries[this.#first];
      if (first === undefined || first.at >= oldest) break;
      this.#first += 1;
    }
  }

  #cut(): void {
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }
}
