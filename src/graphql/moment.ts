/** The last moment that four digits of a year can name, in milliseconds. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const MILLISECONDS = Array.from({ length: 1000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z`);

/**
 * A cache: the second that was written last, and its text up to the dot. Live events are nearly always of the same
 * second.
 */
let second = Number.NaN;
let upToDot = '';

/** Writes a moment in the format of RFC 3339, in UTC, with milliseconds. @throws RangeError for an invalid moment */
export function formatMoment(moment: Date | number): string {
  const ms = Number(moment);
  if (!Number.isInteger(ms) || ms < 0 || ms > LAST_MS) return new Date(moment).toISOString();
  const within = ms % 1000;
  if (ms - within !== second) {
    second = ms - within;
    upToDot = new Date(second).toISOString().slice(0, -'000Z'.length);
  }
  return upToDot + MILLISECONDS[within];
}
