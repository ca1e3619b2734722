/** So many operations are wanted, or as many as fit into this time. */
export interface Budget {
  readonly operations: number;
  /** Seconds since the first operation. */
  seconds(): number;
  isSpent(done: number): boolean;
}

const IN_CI = 50_000;
/** By hand, unless `HISTORY_MINUTES` says otherwise. */
const MINUTES = 360;

/**
 * In CI 50,000 operations, or what fits into `ciSeconds`; by hand those of `HISTORY_OPERATIONS`, or what fits into
 * `HISTORY_MINUTES`.
 */
export function startBudget(ciSeconds: number): Budget {
  const given = Number(process.env.HISTORY_OPERATIONS);
  const minutes = Number(process.env.HISTORY_MINUTES);
  const operations = given > 0 ? given : IN_CI;
  const most = given > 0 || minutes > 0 ? (minutes > 0 ? minutes : MINUTES) * 60 : ciSeconds;
  const from = performance.now();
  const seconds = () => Math.round((performance.now() - from) / 1000);
  return { operations, seconds, isSpent: (done) => done >= operations || seconds() >= most };
}
