import { useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { Call } from './call.ts';
import type { CallSnapshot } from './call-events.ts';
import type { Client } from './client.ts';
import type { PeerqlError } from './errors.ts';
import type { JoinOptions } from './join-room.ts';
import { asPeerqlError, ClientContext, useLatest } from './react-client.ts';

export interface UseCallOptions
  extends Omit<JoinOptions, 'signal' | 'onWaiting' | 'stream' | 'localMedia'> {
  /** Default: that of the provider above. That of the moment of joining counts. */
  readonly client?: Client;
  /**
   * Microphone and camera to begin with. They stay the page's: what the call sends are copies, which end with it. Null
   * waits with the join until it is there; another stream joins anew. Default: none.
   */
  readonly stream?: MediaStream | null;
  /** Opens these devices for the call, and lets go of them after it. Not beside `stream`. Default: none. */
  readonly media?: Pick<MediaStreamConstraints, 'audio' | 'video'>;
}

interface Nothing {
  readonly call: null;
  readonly snapshot: null;
  readonly error: null;
}

/** A call as a component sees it; `state` says what there is beside it. */
export type UseCall =
  /** There is no room. */
  | ({ readonly state: 'idle' } & Nothing)
  /** It is being joined; `waiting` for the host, or `connecting`, for the devices and the stream as well. */
  | ({ readonly state: 'connecting' | 'waiting' } & Nothing)
  /** It could not be joined. Devices that cannot be had: code `DEVICE`, with the browser's error as its `cause`. */
  | {
      readonly state: 'failed';
      readonly call: null;
      readonly snapshot: null;
      readonly error: PeerqlError;
    }
  /** It was joined. */
  | {
      readonly state: 'connected' | 'reconnecting' | 'ended';
      readonly call: Call;
      readonly snapshot: CallSnapshot;
      readonly error: null;
    };

type Attempt =
  | { readonly state: 'idle' | 'connecting' | 'waiting' }
  | { readonly state: 'failed'; readonly error: PeerqlError }
  | { readonly state: 'joined'; readonly call: Call };

const IDLE: Attempt = { state: 'idle' };
const NOTHING = () => () => {};
/** For how long after it left a room a component that comes again may meet its own stay there. */
const LEAVING_MS = 10_000;

/** When a client was last taken out of a room by a component. */
const left = new WeakMap<Client, Map<string, number>>();

function leave(client: Client, roomId: string, call: Call): void {
  const rooms = left.get(client) ?? new Map<string, number>();
  left.set(client, rooms);
  rooms.set(roomId, performance.now());
  call.leave();
}

function isLeaving(client: Client, roomId: string): boolean {
  const at = left.get(client)?.get(roomId);
  return at !== undefined && performance.now() - at < LEAVING_MS;
}

/**
 * Joins a room and stays in it while the component is mounted and shown. It leaves when the room id changes or becomes null.
 * The options are read when it joins; of later changes only another `stream` has an effect: it joins again.
 * @example
 * const { call, snapshot, error } = useCall(roomId, { stream });
 */
export function useCall(roomId: string | null | undefined, options: UseCallOptions = {}): UseCall {
  const provided = useContext(ClientContext);
  const latest = useLatest({ client: options.client ?? provided, options });
  const [attempt, setAttempt] = useState<Attempt>(IDLE);
  const { stream } = options;

  useEffect(() => {
    if (roomId === null || roomId === undefined) return;
    const giveUp = new AbortController();
    const { signal } = giveUp;
    let leaveJoined = () => {};
    const join = async () => {
      const { client, options } = latest.current;
      if (client === null) throw new Error('useCall needs a client: by its option, or a provider.');
      const { client: _client, media, stream: _stream, takeOver = false, ...rest } = options;
      const own = await streamOf(stream, media);
      const stop = () => {
        for (const track of own?.getTracks() ?? []) track.stop();
      };
      if (signal.aborted) return stop();
      try {
        const call = await client.joinRoom(roomId, {
          ...rest,
          // What it may meet there is its own stay, which it has just left.
          takeOver: takeOver || isLeaving(client, roomId),
          stream: own,
          signal,
          onWaiting: () => setAttempt({ state: 'waiting' }),
        });
        leaveJoined = () => leave(client, roomId, call);
        if (signal.aborted) leaveJoined();
        else setAttempt({ state: 'joined', call });
      } catch (error) {
        stop();
        throw error;
      }
    };
    setAttempt({ state: 'connecting' });
    // Strict mode mounts twice: a join that is given up at once should not reach the server.
    const start = setTimeout(() => {
      if (stream === null) return;
      join().catch((error: unknown) => {
        if (!signal.aborted) setAttempt({ state: 'failed', error: asPeerqlError(error) });
      });
    }, 0);
    return () => {
      clearTimeout(start);
      giveUp.abort();
      leaveJoined();
      setAttempt(IDLE);
    };
  }, [roomId, stream, latest]);

  const call = attempt.state === 'joined' ? attempt.call : null;
  const snapshot = useSyncExternalStore(
    call?.subscribe ?? NOTHING,
    () => call?.getSnapshot() ?? null,
    () => null,
  );
  if (call !== null && snapshot !== null) {
    return { state: stateOf(snapshot), call, snapshot, error: null };
  }
  const nothing = { call: null, snapshot: null, error: null };
  if (attempt.state === 'failed') return { ...nothing, state: 'failed', error: attempt.error };
  return { ...nothing, state: attempt.state === 'joined' ? 'connecting' : attempt.state };
}

/** Whoever was in the room and has to be let in again comes back to it. */
function stateOf({ state }: CallSnapshot): 'connected' | 'reconnecting' | 'ended' {
  return state === 'connected' || state === 'ended' ? state : 'reconnecting';
}

async function streamOf(
  stream: MediaStream | null | undefined,
  media: UseCallOptions['media'],
): Promise<MediaStream | null> {
  if (stream) return new MediaStream(stream.getTracks().map((track) => track.clone()));
  if (media === undefined || (!media.audio && !media.video)) return null;
  return await navigator.mediaDevices.getUserMedia(media);
}
