import { UnavailableError } from '../../src/domain/errors.ts';
import type { Kind, Log } from '../../src/domain/log.ts';

/** Lets the steps between the logs of calls and people fail, as they do when a node or its Redis dies. */
export class Faults {
  /** How many of the steps fail, from 0 to 1. */
  rate = 0;
  readonly #random: () => number;

  constructor(random: () => number = () => 1) {
    this.#random = random;
  }

  /** The same log, but decisions are not made, or their answers are lost, and so is what observers are told. */
  of<K extends Kind>(log: Log<K>): Log<K> {
    const breaks = () => this.#random() < this.rate;
    return new Proxy(log, {
      get(target, name) {
        const value = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name === 'run') {
          return async (...args: unknown[]) => {
            if (breaks()) throw new UnavailableError('Not done.');
            const reply = await value.apply(target, args);
            if (breaks()) throw new UnavailableError('Done, but the answer is lost.');
            return reply;
          };
        }
        if (name === 'observe') {
          return (listener: (...told: unknown[]) => void) =>
            value.call(target, (...told: unknown[]) => {
              if (!breaks()) listener(...told);
            });
        }
        return value.bind(target);
      },
    });
  }
}
