/**
 * What everything in this SDK that changes has in common: a call, a call that rings, the people. `getSnapshot` returns the same
 * object until something changes. `subscribe` calls `listener` after each change, not at once, and returns a function that ends
 * this.
 */
export interface Store<Snapshot> {
  readonly subscribe: (listener: () => void) => () => void;
  readonly getSnapshot: () => Snapshot;
}

/** The snapshot of a store; null where there is no store. */
export type SnapshotOf<Source> = Source extends Store<infer Snapshot> ? Snapshot : null;

/** A value, or a function that returns it. */
export type Given<Value> = Value | (() => Value);

/** The value of {@link Given}, as of now. */
export function read<Value>(given: Given<Value>): Value {
  return typeof given === 'function' ? (given as () => Value)() : given;
}

/** The snapshot of a store as of now; null where there is no store. */
export function snapshotOf<Source extends Store<unknown> | null | undefined>(
  source: Source,
): SnapshotOf<Source> {
  return (source?.getSnapshot() ?? null) as SnapshotOf<Source>;
}
