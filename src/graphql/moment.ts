/** The last moment that four digits of a year can name, in milliseconds. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const MILLISECONDS = Array.from({ length: 1000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z`);

/** The second that was written last, and its text through the dot: what is told of live is nearly always of the same. */
let second = Number.NaN;
let upToDot = '';

/** Writes a moment as RFC 3339 does, in UTC, to the millisecond. @throws RangeError for what is none */
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
