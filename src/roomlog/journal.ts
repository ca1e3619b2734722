import type { Clock } from '../domain/clock.ts';
import { CursorWriter, newEpoch, parseCursor } from '../domain/cursor.ts';
import type { LogEntry } from '../domain/room/entry.ts';
import type { RoomLogOptions } from '../domain/signaling/ports.ts';
import { Tail } from './tail.ts';

/** The entries of one room: their order, their cursors and times, and the newest of them. */
export class Journal {
  readonly #epoch: string;
  readonly #cursors: CursorWriter;
  readonly #tail: Tail;
  readonly #clock: Clock;
  #position = 0;
  #latest = 0;

  constructor(options: RoomLogOptions, clock: Clock) {
    this.#clock = clock;
    this.#epoch = newEpoch(clock.now());
    this.#cursors = new CursorWriter(this.#epoch);
    this.#tail = new Tail(options.replayEvents, options.replayMs + options.graceMs);
  }

  /** Of the newest entry. */
  get position(): number {
    return this.#position;
  }

  /** The clock's time, but never before that of an earlier entry: a clock that is set back must not age the tail. */
  now(): number {
    this.#latest = Math.max(this.#latest, this.#clock.now());
    return this.#latest;
  }

  cursorAt(position: number): string {
    return this.#cursors.at(position);
  }

  /** The position that a cursor of this journal names; null for any other. */
  positionOf(cursor: string): number | null {
    const parsed = parseCursor(cursor);
    return parsed !== null && parsed.epoch === this.#epoch ? parsed.position : null;
  }

  append(entry: LogEntry): void {
    this.#position = entry.position;
    this.#tail.append(entry);
  }

  /** As {@link Tail.after}. */
  after(position: number, since: number): LogEntry[] | null {
    return this.#tail.after(position, this.#position, since);
  }

  /** Lets go of entries that are too old to be asked for. */
  trim(): void {
    this.#tail.trim(this.now());
  }
}
