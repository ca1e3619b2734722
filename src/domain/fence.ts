/**
 * The fence of a hold that follows another one. It is also higher than that of an attempt which was never stored, or which
 * Redis has lost since: what undoes such an attempt later must not end the hold that came instead. Two nodes may give out
 * the same one in one millisecond, so a hold also counts at its own node alone.
 *
 * @param now in milliseconds since the Unix epoch, by the log's clock
 */
export function nextFence(before: number, now: number): number {
  return Math.max(before + 1, Math.trunc(now));
}
