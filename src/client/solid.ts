import { type Accessor, createEffect, createMemo, createSignal, onCleanup } from 'solid-js';
import { CallStore, type CallStoreOptions, type CallView } from './call-store.ts';
import { type Given, read, type SnapshotOf, type Store, snapshotOf } from './store.ts';

export type { CallStoreOptions, CallView } from './call-store.ts';

/**
 * The snapshot of a call, of `client.people` or of another store of the SDK, until the component is disposed. Null while there
 * is no store. The store may be an accessor.
 * @example
 * const people = useSnapshot(client.people);
 * const names = () => people().contacts.map(({ user }) => user?.name);
 */
export function useSnapshot<Source extends Store<unknown> | null | undefined>(
  source: Given<Source>,
): Accessor<SnapshotOf<Source>> {
  const store = createMemo(() => read(source));
  const [changes, change] = createSignal(undefined, { equals: false });
  createEffect(() => {
    const stop = store()?.subscribe(() => change());
    if (stop !== undefined) onCleanup(stop);
    // It may have changed before anybody listened.
    change();
  });
  return createMemo(() => {
    changes();
    return snapshotOf(store());
  });
}

/**
 * Joins a room and stays in it until the component is disposed. It leaves when the room id changes or becomes null. Room and
 * options may be accessors; the options are read when it joins. Later, only a different `stream` has an effect: it joins again.
 * @example
 * const meeting = useCall(() => props.room, { client, media: { audio: true, video: true } });
 * const title = () => meeting().snapshot?.room.name ?? meeting().state;
 */
export function useCall(
  roomId: Given<string | null | undefined>,
  options: Given<CallStoreOptions>,
): Accessor<CallView> {
  const store = new CallStore(options);
  const wantedRoom = createMemo(() => read(roomId));
  const stream = createMemo(() => read(options).stream);
  createEffect(() => {
    stream();
    store.join(wantedRoom());
    onCleanup(() => store.leave());
  });
  return useSnapshot(store);
}
