import { DestroyRef, inject, type Signal, signal } from '@angular/core';
import type { Store } from '@peerql/client';

/** The snapshot of a store of the SDK, until the component that asks for it is destroyed. */
export function injectSnapshot<Snapshot>(store: Store<Snapshot>): Signal<Snapshot> {
  const snapshot = signal(store.getSnapshot());
  const stop = store.subscribe(() => snapshot.set(store.getSnapshot()));
  inject(DestroyRef).onDestroy(stop);
  return snapshot;
}
