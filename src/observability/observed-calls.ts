import type { CallSeries } from './series.ts';
import type { Tracing } from './tracing.ts';

export interface CallObservers {
  /** The series of a call by its name; null if nothing is counted. */
  readonly seriesOf: ((call: string) => CallSeries) | null;
  readonly tracing: Tracing | null;
  /** Whether an error means that the other side failed. Every other error counts as an answer. */
  readonly isFailure: (error: unknown) => boolean;
}

type Method = (...given: unknown[]) => unknown;

/**
 * `port` with its calls counted, timed and traced. It is for ports that use a disk or a network: each call costs a few
 * more function calls.
 *
 * @param name a prefix for the names of the calls: `accounts.` makes `accounts.find`; may be empty
 */
export function observeCalls<Port extends object>(
  port: Port,
  name: string,
  { seriesOf, tracing, isFailure }: CallObservers,
): Port {
  if (seriesOf === null && tracing === null) return port;
  const observed = new Map<string, Method>();

  function observe(call: string, run: (given: unknown[]) => unknown): Method {
    const series = seriesOf?.(call) ?? null;
    return (...given) => {
      const began = performance.now();
      const done = (error: unknown) => {
        const failure = error !== null && isFailure(error) ? 'Failure' : null;
        series?.done(performance.now() - began, failure);
      };
      try {
        const result = tracing === null ? run(given) : tracing.span(call, {}, () => run(given));
        if (result instanceof Promise) result.then(() => done(null), done);
        else done(null);
        return result;
      } catch (error) {
        done(error);
        throw error;
      }
    };
  }

  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof key !== 'string' || typeof value !== 'function') return value;
      let method = observed.get(key);
      if (method === undefined) {
        method = observe(`${name}${key}`, (given) => Reflect.apply(value, target, given));
        observed.set(key, method);
      }
      return method;
    },
  });
}
