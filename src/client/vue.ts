import {
  type MaybeRefOrGetter,
  onScopeDispose,
  type ShallowRef,
  shallowRef,
  toValue,
  watch,
} from 'vue';
import { CallStore, type CallStoreOptions, type CallView } from './call-store.ts';
import { type SnapshotOf, type Store, snapshotOf } from './store.ts';

export type { CallStoreOptions, CallView } from './call-store.ts';

/** While a page is rendered on a server, nobody joins a room or can be rung. */
const inBrowser = () => typeof document !== 'undefined';

/**
 * The snapshot of a call, of `client.people` or of another store of the SDK, until the component is unmounted or the scope
 * is disposed. Null while there is no store. The store may be a ref or a getter.
 * @example
 * const people = useSnapshot(client.people);
 * const names = computed(() => people.value.contacts.map(({ user }) => user?.name));
 */
export function useSnapshot<Source extends Store<unknown> | null | undefined>(
  source: MaybeRefOrGetter<Source>,
): Readonly<ShallowRef<SnapshotOf<Source>>> {
  const snapshot = shallowRef(snapshotOf(toValue(source))) as ShallowRef<SnapshotOf<Source>>;
  if (!inBrowser()) return snapshot;
  const follow = (store: Source, _before: unknown, onCleanup: (stop: () => void) => void) => {
    const update = () => {
      snapshot.value = snapshotOf(store);
    };
    update();
    const stop = store?.subscribe(update);
    if (stop !== undefined) onCleanup(stop);
  };
  watch(() => toValue(source), follow, { immediate: true, flush: 'sync' });
  return snapshot;
}

/**
 * Joins a room and stays in it until the component is unmounted. It leaves when the room id changes or becomes null. Room and
 * options may be refs or getters; the options are read when it joins. Later, only a different `stream` has an effect: it joins
 * again.
 * @example
 * const meeting = useCall(() => props.room, { client, media: { audio: true, video: true } });
 * const title = computed(() => meeting.value.snapshot?.room.name ?? meeting.value.state);
 */
export function useCall(
  roomId: MaybeRefOrGetter<string | null | undefined>,
  options: MaybeRefOrGetter<CallStoreOptions>,
): Readonly<ShallowRef<CallView>> {
  const store = new CallStore(() => toValue(options));
  if (inBrowser()) {
    const join = () => store.join(toValue(roomId));
    watch([() => toValue(roomId), () => toValue(options).stream], join, { immediate: true });
    onScopeDispose(() => store.leave());
  }
  return useSnapshot(store);
}
