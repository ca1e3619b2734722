import type { Percentiles } from '../../harness/statistics.ts';

/** How long one measured stretch lasts: sending stops then, and everything under way is waited for. */
export interface Budget {
  seconds: number;
}

/** What one stretch did. Anything but zero beside `units` and `delivered` makes the round void. */
export interface Figures {
  /** Units of work that were completed: what the CPU is divided by. */
  units: number;
  /** Events that reached somebody. */
  delivered: number;
  seconds: number;
  lost: number;
  repeated: number;
  reordered: number;
  errors: string[];
  /** Milliseconds; what from and to is the workload's to say. */
  latency: Percentiles | null;
  /** How late the generator itself sent, in milliseconds; open loop alone. */
  slip: Percentiles | null;
  /** What else this workload counts. */
  counts?: Record<string, number>;
}

/** One workload against one server, from its first socket to its last. */
export interface Workload {
  prepare(): Promise<void>;
  run(budget: Budget): Promise<Figures>;
  close(): Promise<void>;
}

/** Gathers what goes wrong while a stretch runs. */
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

/** Waits until the condition holds, looking every 5 ms; false when it does not within `limitMs`. */
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
