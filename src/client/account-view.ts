import type { AccountEvent, AccountLink, Reach } from './account-link.ts';
import { Emitter } from './emitter.ts';
import { callEach } from './report.ts';

/**
 * A part of what the server tells a user's devices, as an observable snapshot. This client is a device of its user as
 * long as somebody listens: by `subscribe`, or by `on`.
 */
export abstract class AccountView<Snapshot, Events extends object> extends Emitter<Events> {
  readonly #link: AccountLink;
  readonly #listeners = new Set<() => void>();
  #snapshot: Snapshot | null = null;

  constructor(link: AccountLink) {
    super();
    this.#link = link;
    link.on('event', (event) => this.receive(event));
    link.on('reach', (reach) => {
      if (reach.state === 'idle' || reach.state === 'ended') this.forget();
      this.changed();
    });
  }

  /** Calls `listener` after each change of the snapshot; returns a function that unsubscribes it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    const own = () => listener();
    this.#listeners.add(own);
    const release = this.#link.hold();
    return () => {
      this.#listeners.delete(own);
      release();
    };
  };

  /** What a page has to show, as of now. The same object until something changes. */
  get snapshot(): Snapshot {
    return this.getSnapshot();
  }

  /** The snapshot as a function, for React's `useSyncExternalStore`. */
  readonly getSnapshot = (): Snapshot => {
    this.#snapshot ??= this.look(this.#link.reach);
    return this.#snapshot;
  };

  /** Calls `listener` at each `event` from now on; returns a function that removes it. */
  override on<Name extends keyof Events>(
    event: Name,
    listener: (value: Events[Name]) => void,
  ): () => void {
    const remove = super.on(event, listener);
    const release = this.#link.hold();
    return () => {
      remove();
      release();
    };
  }

  protected changed(): void {
    this.#snapshot = null;
    callEach(this.#listeners, undefined);
  }

  protected abstract receive(event: AccountEvent): void;
  /** This client is no device any more: nothing is known. */
  protected abstract forget(): void;
  protected abstract look(reach: Reach): Snapshot;
}
