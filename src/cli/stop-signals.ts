import { constants } from 'node:os';

type Signal = 'SIGTERM' | 'SIGINT';

/**
 * Listens for the signals that end a server from its first moment on: as process 1 of a container it would not be ended
 * by one that nobody listens for. A second one ends the process at once.
 */
export class StopSignals {
  #stop: ((signal: Signal) => void) | null = null;
  #asked = false;

  constructor() {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => this.#received(signal));
    }
  }

  /** From now on the first signal is heard by `stop`; one that comes before ends the process at once. */
  onStop(stop: (signal: Signal) => void): void {
    this.#stop = stop;
  }

  #received(signal: Signal): void {
    // Whoever asks twice does not want to wait.
    if (this.#asked) process.exit(128 + constants.signals[signal]);
    this.#asked = true;
    // Nobody has been served yet, and nothing is left half done: the stores keep what is written whole.
    if (this.#stop === null) process.exit(0);
    this.#stop(signal);
  }
}
