import { useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { CallStore, type CallStoreOptions, type CallView, IDLE } from './call-store.ts';
import type { Client } from './client-interface.ts';
import { ClientContext, useLatest } from './react-client.ts';

export interface UseCallOptions extends Omit<CallStoreOptions, 'client'> {
  /** The client to join with, read at the moment of the join. Default: the one of the provider above. */
  readonly client?: Client;
}

/** A call as a component sees it. `state` decides which of the other fields are set. */
export type UseCall = CallView;

/**
 * Joins a room and stays in it while the component is mounted and shown. It leaves when the room id changes or becomes null.
 * The options are read when it joins. Later, only a different `stream` has an effect: it joins again.
 * @example
 * const { state, call, snapshot, error } = useCall(roomId, { media: { audio: true, video: true } });
 * if (error !== null) return <p>{error.message}</p>;
 * if (call === null) return <p>{state}</p>; // idle, connecting or waiting
 * return <button onClick={() => call.leave()}>Leave {snapshot.room.name}</button>;
 */
export function useCall(roomId: string | null | undefined, options: UseCallOptions = {}): UseCall {
  const provided = useContext(ClientContext);
  const latest = useLatest({ client: options.client ?? provided, options });
  const [store] = useState(
    () =>
      new CallStore(() => {
        const { client, options } = latest.current;
        if (client === null)
          throw new Error('useCall needs a client: by its option, or a provider.');
        return { ...options, client };
      }),
  );
  const { stream } = options;

  // A different stream joins anew.
  useEffect(() => {
    store.join(roomId);
    return () => store.leave();
  }, [store, roomId, stream]);

  return useSyncExternalStore(store.subscribe, store.getSnapshot, () => IDLE);
}
