import { useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { Call } from './call.ts';
import type { CallSnapshot } from './call-events.ts';
import type { Client } from './client-interface.ts';
import type { PeerqlError } from './errors.ts';
import type { JoinOptions } from './join-room.ts';
import { openMedia } from './media-devices.ts';
import { asPeerqlError, ClientContext, useLatest } from './react-client.ts';

export interface UseCallOptions
  extends Omit<JoinOptions, 'signal' | 'onWaiting' | 'stream' | 'localMedia'> {
  /** The client to join with, read at the moment of the join. Default: the one of the provider above. */
  readonly client?: Client;
  /**
   * Microphone and camera to start with. The tracks stay the page's: the call sends copies of them, which end with the
   * call. While this is null, the join waits for a stream; a different stream joins anew. Default: none.
   */
  readonly stream?: MediaStream | null;
  /**
   * Devices that the hook opens for the call and releases after it. Ignored when there is a `stream`. Default: none.
   */
  readonly media?: Pick<MediaStreamConstraints, 'audio' | 'video'>;
}

interface Nothing {
  readonly call: null;
  readonly snapshot: null;
  readonly error: null;
}

/** A call as a component sees it. `state` decides which of the other fields are set. */
export type UseCall =
  /** There is no room. */
  | ({ readonly state: 'idle' } & Nothing)
  /**
   * It is being joined: `waiting` for the host, or `connecting`, which includes the wait for devices and the stream.
   */
  | ({ readonly state: 'connecting' | 'waiting' } & Nothing)
  /**
   * It could not be joined. If a device cannot be opened, the code is `DEVICE` and the `cause` is the browser's error.
   */
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
/** For how long after leaving a room a component that mounts again may find its own stay still there. */
const LEAVING_MS = 10_000;

/** When a component last left a room, by client and room. */
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
          // The stay it may find there is its own, which it has just left.
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
    // Strict mode mounts twice: a join that is abandoned at once should not reach the server.
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

/** Somebody who was in the room and has to be let in again counts as reconnecting. */
function stateOf({ state }: CallSnapshot): 'connected' | 'reconnecting' | 'ended' {
  return state === 'connected' || state === 'ended' ? state : 'reconnecting';
}

async function streamOf(
  stream: MediaStream | null | undefined,
  media: UseCallOptions['media'],
): Promise<MediaStream | null> {
  if (stream) return new MediaStream(stream.getTracks().map((track) => track.clone()));
  if (media === undefined || (!media.audio && !media.video)) return null;
  return await openMedia(media);
}
