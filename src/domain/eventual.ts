/**
 * A value now, or later. Ports answer this where one implementation lives in memory and another across the
 * network: what is known at once stays free of promises on the hot path.
 */
export type Eventual<T> = T | Promise<T>;

/** Applies `map` to a value at once, or when its promise resolves. What `map` throws is thrown likewise. */
export function whenReady<T, R>(value: Eventual<T>, map: (value: T) => R): Eventual<Awaited<R>> {
  return (value instanceof Promise ? value.then(map) : map(value)) as Eventual<Awaited<R>>;
}
