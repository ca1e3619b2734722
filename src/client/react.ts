import {
  createContext,
  createElement,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { Call } from './call.ts';
import type { CallSnapshot } from './call-events.ts';
import type { Client } from './client.ts';
import type { JoinOptions } from './join-room.ts';
import type { RoomLinkState } from './room-link.ts';

const ClientContext = createContext<Client | null>(null);

export interface PeerqlProviderProps {
  /** Made once, by `createClient`. */
  readonly client: Client;
  readonly children?: ReactNode;
}

/** Gives a client to all hooks below. */
export function PeerqlProvider({ client, children }: PeerqlProviderProps): ReactNode {
  return createElement(ClientContext.Provider, { value: client }, children);
}

/**
 * The client of the provider above.
 * @throws {Error} when there is none
 */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('There is no <PeerqlProvider client={…}> above.');
  return client;
}

export interface UseCallOptions extends Omit<JoinOptions, 'signal' | 'onWaiting'> {
  /** Default: that of the provider above. */
  readonly client?: Client;
}

/** A call as a component sees it. */
export interface UseCall {
  /**
   * `idle` without a room, `failed` when it could not be joined; otherwise as the call says, from `connecting`, or
   * `waiting` for the host, to `ended`.
   */
  readonly state: 'idle' | 'failed' | RoomLinkState;
  /** What can be done in the call; null until it is joined. */
  readonly call: Call | null;
  /** All there is to show; null until it is joined. */
  readonly snapshot: CallSnapshot | null;
  /** Why it could not be joined, a `PeerqlError`; null while nothing failed. */
  readonly error: unknown;
}

interface Attempt {
  readonly state: 'idle' | 'connecting' | 'waiting' | 'joined' | 'failed';
  readonly call: Call | null;
  readonly error: unknown;
}

const IDLE: Attempt = { state: 'idle', call: null, error: null };
const NOTHING = () => () => {};

/**
 * Is in a room for as long as the component is mounted: joins when there is a room id, leaves when it changes or
 * becomes null or undefined. The options of the moment of joining count; changes of them later do not join again.
 */
export function useCall(roomId: string | null | undefined, options: UseCallOptions = {}): UseCall {
  const provided = useContext(ClientContext);
  const client = options.client ?? provided;
  const latest = useRef(options);
  const [attempt, setAttempt] = useState<Attempt>(IDLE);

  useEffect(() => {
    latest.current = options;
  });

  useEffect(() => {
    if (roomId === null || roomId === undefined) return;
    if (client === null) throw new Error('useCall needs a client: by its option, or a provider.');
    const giveUp = new AbortController();
    let joined: Call | null = null;
    const join = async () => {
      setAttempt({ state: 'connecting', call: null, error: null });
      const { client: _, ...join } = latest.current;
      try {
        joined = await client.joinRoom(roomId, {
          ...join,
          signal: giveUp.signal,
          onWaiting: () => setAttempt({ state: 'waiting', call: null, error: null }),
        });
        if (giveUp.signal.aborted) joined.leave();
        else setAttempt({ state: 'joined', call: joined, error: null });
      } catch (error) {
        if (!giveUp.signal.aborted) setAttempt({ state: 'failed', call: null, error });
      }
    };
    // Strict mode mounts twice: a join that is given up at once should not reach the server.
    const start = setTimeout(() => void join(), 0);
    return () => {
      clearTimeout(start);
      giveUp.abort();
      joined?.leave();
      setAttempt(IDLE);
    };
  }, [client, roomId]);

  const { call, error } = attempt;
  const snapshot = useSyncExternalStore(
    call?.subscribe ?? NOTHING,
    () => call?.getSnapshot() ?? null,
    () => null,
  );
  const state = attempt.state === 'joined' ? (snapshot?.state ?? 'connecting') : attempt.state;
  return { state, call, snapshot, error };
}
