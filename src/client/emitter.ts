import { callEach } from './report.ts';

/** Listeners by event name; each event has its own type of value. */
export class Emitter<Events extends object> {
  readonly #listeners: { [Name in keyof Events]?: Set<(value: Events[Name]) => void> } = {};

  /** Calls `listener` at each `event` from now on; returns a function that removes it. */
  on<Name extends keyof Events>(event: Name, listener: (value: Events[Name]) => void): () => void {
    const listeners = this.#listeners[event] ?? new Set();
    this.#listeners[event] = listeners;
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  /**
   * Calls every listener. When one throws, the others and the caller go on: its error goes to `reportError`, or to the
   * console where that does not exist. Returns whether anybody listened.
   */
  emit<Name extends keyof Events>(event: Name, value: Events[Name]): boolean {
    const listeners = [...(this.#listeners[event] ?? [])];
    callEach(listeners, value);
    return listeners.length > 0;
  }
}
