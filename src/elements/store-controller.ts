import type { Store } from '@peerql/client';
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Renders its element again after each change of a store, while the element is in a document. */
export class StoreController<Snapshot> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #store: Store<Snapshot> | null = null;
  #connected = false;
  #stop: (() => void) | null = null;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** The store as of now; null without a store. */
  get snapshot(): Snapshot | null {
    return this.#store?.getSnapshot() ?? null;
  }

  /** Follows another store, or with null none. */
  follow(store: Store<Snapshot> | null): void {
    if (store === this.#store) return;
    this.#unsubscribe();
    this.#store = store;
    if (this.#connected) this.#subscribe();
  }

  hostConnected(): void {
    this.#connected = true;
    this.#subscribe();
    // It may have changed while nobody listened.
    if (this.#store !== null) this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#connected = false;
    this.#unsubscribe();
  }

  #subscribe(): void {
    this.#stop ??= this.#store?.subscribe(() => this.#host.requestUpdate()) ?? null;
  }

  #unsubscribe(): void {
    this.#stop?.();
    this.#stop = null;
  }
}
