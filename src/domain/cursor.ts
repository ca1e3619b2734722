import { randomHex } from './identifier.ts';

/**
 * A cursor is a place in a room's log: the epoch of the log, then the position, both of fixed width. So cursors of one log
 * compare as strings, and those of a later log are greater. Clients may rely only on that.
 */
const POSITION_WIDTH = 10;
const CURSOR = /^([0-9a-z]{9}[0-9a-f]{8})-([0-9a-z]{10})$/;

/** A cursor before every event of every log. Events that belong to no log have it. */
export const BEFORE_ALL = '0';

let newest = 0;

/**
 * The epoch of a new log: the time in milliseconds, then random bits, so that no two logs share one. In one process a later
 * log has a greater epoch, also within a millisecond or when the clock is set back.
 */
export function newEpoch(now: number): string {
  newest = Math.max(now, newest + 1);
  return newest.toString(36).padStart(9, '0') + randomHex(4);
}

export function formatCursor(epoch: string, position: number): string {
  return `${epoch}-${position.toString(36).padStart(POSITION_WIDTH, '0')}`;
}

/** The last two digits of a position, precomputed. */
const LAST_DIGITS = Array.from({ length: 36 * 36 }, (_, value) =>
  value.toString(36).padStart(2, '0'),
);

/** Writes the cursors of one log. It caches all but the last two digits, which is cheaper than formatting each. */
export class CursorWriter {
  readonly #epoch: string;
  #hundreds = -1;
  #prefix = '';

  constructor(epoch: string) {
    this.#epoch = epoch;
  }

  at(position: number): string {
    const last = position % LAST_DIGITS.length;
    const hundreds = (position - last) / LAST_DIGITS.length;
    if (hundreds !== this.#hundreds) {
      this.#hundreds = hundreds;
      this.#prefix = formatCursor(this.#epoch, position).slice(0, -2);
    }
    return this.#prefix + (LAST_DIGITS[last] ?? '');
  }
}

/** Null if the text is no cursor. */
export function parseCursor(cursor: string): { epoch: string; position: number } | null {
  const [, epoch, position] = CURSOR.exec(cursor) ?? [];
  if (epoch === undefined || position === undefined) return null;
  return { epoch, position: Number.parseInt(position, 36) };
}
