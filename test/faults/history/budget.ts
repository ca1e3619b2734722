/** So many operations are wanted, or as many as fit into this time. */
export interface Budget {
  readonly operations: number;
  /** Seconds since the first operation. */
  seconds(): number;
  isSpent(done: number): boolean;
}

const IN_CI = 50_000;
const CI_SECONDS = 270;

/** In CI 50,000 operations or what fits into four and a half minutes; by hand all of `HISTORY_OPERATIONS`. */
export function startBudget(): Budget {
  const given = Number(process.env.HISTORY_OPERATIONS);
  const operations = given > 0 ? given : IN_CI;
  const most = given > 0 ? Number.POSITIVE_INFINITY : CI_SECONDS;
  const from = performance.now();
  const seconds = () => Math.round((performance.now() - from) / 1000);
  return { operations, seconds, isSpent: (done) => done >= operations || seconds() >= most };
}
