import { callEach } from './report.ts';

/** Listeners by event name, each with its own type of value. */
export class Emitter<Events extends object> {
  readonly #listeners: { [Name in keyof Events]?: Set<(value: Events[Name]) => void> } = {};

  /** Calls `listener` at each `event` from now on; the answer takes it off again. */
  on<Name extends keyof Events>(event: Name, listener: (value: Events[Name]) => void): () => void {
    const listeners = this.#listeners[event] ?? new Set();
    this.#listeners[event] = listeners;
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  /**
   * Calls every listener. One that throws stops neither the others nor the caller: its error goes to `reportError`,
   * or to the console where there is none.
   */
  emit<Name extends keyof Events>(event: Name, value: Events[Name]): void {
    callEach(this.#listeners[event] ?? [], value);
  }
}
