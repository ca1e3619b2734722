import type { Percentiles } from '../../harness/statistics.ts';

/** How long one measurement lasts. Then sending stops, and everything under way is awaited. */
export interface Budget {
  seconds: number;
}

/** The figures of one measurement. Any loss, repeat, reordering or error makes the round void. */
export interface Figures {
  /** How many units of work were completed; the CPU is divided by this. */
  units: number;
  /** How many events were delivered. */
  delivered: number;
  seconds: number;
  lost: number;
  repeated: number;
  reordered: number;
  errors: string[];
  /** In milliseconds; the workload decides what is measured. */
  latency: Percentiles | null;
  /** How late the generator itself sent, in milliseconds; only in open loops. */
  slip: Percentiles | null;
  /** Other counts of this workload. */
  counts?: Record<string, number>;
}

/** A workload against one server, from its first socket to its last. */
export interface Workload {
  prepare(): Promise<void>;
  run(budget: Budget): Promise<Figures>;
  close(): Promise<void>;
}

/** Collects the faults of a measurement. */
export class Faults {
  repeated = 0;
  reordered = 0;
  readonly errors: string[] = [];

  readonly add = (why: string): void => {
    if (this.errors.length < 10) this.errors.push(why);
  };

  clear(): void {
    this.repeated = 0;
    this.reordered = 0;
    this.errors.length = 0;
  }
}

/** Waits until the condition holds, checking every 5 ms; resolves to false if it does not hold within `limitMs`. */
export async function eventually(condition: () => boolean, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return true;
}

/** Runs the task for each item, at most `width` at a time. */
export async function inParallel<Item>(
  items: readonly Item[],
  width: number,
  task: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < items.length) await task(items[next++] as Item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
}
