/** When to try again. */
export interface BackoffOptions {
  /** Upper bound of the first wait, in milliseconds. Default 250. */
  readonly baseMs?: number;
  /** Upper bound of every wait, in milliseconds. Default 8,000: well inside the server's grace of 30 s. */
  readonly capMs?: number;
  /** Draws from [0, 1). Default `Math.random`. */
  readonly random?: () => number;
}

/**
 * How long to wait before attempt number `attempt` (from 0): exponential backoff with full jitter. The wait is drawn
 * evenly between zero and the bound, so that the clients of a restarted server do not all come back at once.
 */
export function backoffMs(attempt: number, options: BackoffOptions = {}): number {
  const { baseMs = 250, capMs = 8_000, random = Math.random } = options;
  return drawn(random) * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
}

/** A page's function may throw or give anything: a call must neither hang nor ask without a pause because of it. */
function drawn(random: () => number): number {
  try {
    const share = random();
    if (share >= 0 && share <= 1) return share;
  } catch {}
  return Math.random();
}
