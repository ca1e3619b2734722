import { onMount } from 'svelte';
import { createSubscriber } from 'svelte/reactivity';
import { toStore } from 'svelte/store';
import { CallStore, type CallStoreOptions, type CallView } from './call-store.ts';
import { type Given, read, type SnapshotOf, type Store, snapshotOf } from './store.ts';

export type { CallStoreOptions, CallView } from './call-store.ts';

/** What changes: read `current` in markup, `$derived` or `$effect`. */
export interface Current<Value> {
  readonly current: Value;
}

/**
 * The snapshot of a call, of `client.people` or of another store of the SDK. It is subscribed to as long as something that is
 * shown reads `current`, which is null while there is no store. The store may be a getter.
 * @example
 * const people = useSnapshot(client.people);
 * const names = () => people.current.contacts.map(({ user }) => user?.name);
 */
export function useSnapshot<Source extends Store<unknown> | null | undefined>(
  source: Given<Source>,
): Current<SnapshotOf<Source>> {
  let followed: Source | undefined;
  let follow = () => {};
  return {
    get current() {
      const store = read(source);
      if (store !== followed) {
        followed = store;
        follow = createSubscriber((update) => store?.subscribe(update));
      }
      follow();
      return snapshotOf(store);
    },
  };
}

/**
 * Joins a room and stays in it until the component is destroyed. It leaves when the room id changes or becomes null. Room and
 * options may be getters; the options are read when it joins. Later, only a different `stream` has an effect: it joins again.
 * @example
 * const meeting = useCall(() => room, { client, media: { audio: true, video: true } });
 * const title = () => meeting.current.snapshot?.room.name ?? meeting.current.state;
 */
export function useCall(
  roomId: Given<string | null | undefined>,
  options: Given<CallStoreOptions>,
): Current<CallView> {
  const store = new CallStore(options);
  onMount(() => {
    const now = () => [read(roomId), read(options).stream] as const;
    let wanted: ReturnType<typeof now> | null = null;
    // The one way to run an effect from a module that Svelte does not compile.
    const stop = toStore(now).subscribe((next) => {
      if (wanted !== null && next[0] === wanted[0] && next[1] === wanted[1]) return;
      wanted = next;
      store.join(next[0]);
    });
    return () => {
      stop();
      store.leave();
    };
  });
  return useSnapshot(store);
}
