/**
 * A value, or a promise of it. Ports return this when one implementation is in memory and another is reached over the
 * network, so that the first needs no promises on the hot path.
 */
export type Eventual<T> = T | Promise<T>;

/** Applies `map` to a value at once, or when its promise resolves. An error of `map` is thrown or rejects in the same way. */
export function whenReady<T, R>(value: Eventual<T>, map: (value: T) => R): Eventual<Awaited<R>> {
  return (value instanceof Promise ? value.then(map) : map(value)) as Eventual<Awaited<R>>;
}
