import { constants } from 'node:os';

/** The last one comes when the terminal is closed. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
type Signal = (typeof SIGNALS)[number];

/**
 * Listens for the signals that end a server from its first moment on, because process 1 of a container ignores signals
 * without a listener. A second signal ends the process at once.
 */
export class StopSignals {
  #stop: ((signal: Signal) => void) | null = null;
  #asked = false;

  constructor() {
    for (const signal of SIGNALS) {
      process.on(signal, () => this.#received(signal));
    }
  }

  /** From now on the first signal calls `stop`. A signal that comes before ends the process at once. */
  onStop(stop: (signal: Signal) => void): void {
    this.#stop = stop;
  }

  #received(signal: Signal): void {
    // A second signal means that the operator does not want to wait.
    if (this.#asked) process.exit(128 + constants.signals[signal]);
    this.#asked = true;
    // No request has been served yet, and nothing is left half done, because the stores write atomically.
    if (this.#stop === null) process.exit(0);
    this.#stop(signal);
  }
}
