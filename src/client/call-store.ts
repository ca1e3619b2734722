import type { Call } from './call.ts';
import type { CallSnapshot } from './call-events.ts';
import type { RoomClient } from './client-interface.ts';
import { asPeerqlError, type PeerqlError } from './errors.ts';
import type { JoinOptions } from './join-room.ts';
import { openMedia } from './media-devices.ts';
import { callEach } from './report.ts';
import { type Given, read, type Store } from './store.ts';

export interface CallStoreOptions
  extends Omit<JoinOptions, 'signal' | 'onWaiting' | 'stream' | 'localMedia'> {
  /** The client to join with. */
  readonly client: RoomClient;
  /**
   * Microphone and camera to start with. The tracks stay the page's: the call sends copies of them, which end with the
   * call. While this is null, the join waits for a stream; a different stream joins anew. Default: none.
   */
  readonly stream?: MediaStream | null;
  /** Devices that are opened for the call and released after it. Ignored when there is a `stream`. Default: none. */
  readonly media?: Pick<MediaStreamConstraints, 'audio' | 'video'>;
}

interface Nothing {
  readonly call: null;
  readonly snapshot: null;
  readonly error: null;
}

/** A call as a component sees it. `state` decides which of the other fields are set. */
export type CallView =
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

const NOTHING: Nothing = { call: null, snapshot: null, error: null };
export const IDLE: CallView = { state: 'idle', ...NOTHING };
/** For how long after leaving a room a component that mounts again may find its own stay still there. */
const LEAVING_MS = 10_000;

/** When a store last left a room, by client and room. */
const left = new WeakMap<RoomClient, Map<string, number>>();

function leave(client: RoomClient, roomId: string, call: Call): void {
  const rooms = left.get(client) ?? new Map<string, number>();
  left.set(client, rooms);
  rooms.set(roomId, performance.now());
  call.leave();
}

function isLeaving(client: RoomClient, roomId: string): boolean {
  const at = left.get(client)?.get(roomId);
  return at !== undefined && performance.now() - at < LEAVING_MS;
}

/**
 * The call of a component, from before the join until after the end, as a store: `useCall` of every framework is made of
 * it, and it is there for frameworks without a `useCall`.
 * @example
 * const meeting = new CallStore({ client, media: { audio: true, video: true } });
 * meeting.subscribe(() => show(meeting.getSnapshot().state));
 * meeting.join(roomId);
 */
export class CallStore implements Store<CallView> {
  readonly #options: Given<CallStoreOptions>;
  readonly #listeners = new Set<() => void>();
  #view: CallView = IDLE;
  #stop = () => {};

  /** @param options read when a room is joined; a function is called then */
  constructor(options: Given<CallStoreOptions>) {
    this.#options = options;
  }

  /** Calls `listener` after each change of the snapshot; returns a function that unsubscribes it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** The call as of now. The same object until something changes. */
  readonly getSnapshot = (): CallView => {
    const { call, snapshot } = this.#view;
    if (call !== null && call.getSnapshot() !== snapshot) this.#view = joined(call);
    return this.#view;
  };

  /**
   * Leaves the room of before, if there is one, and joins this one; null joins none. Call it again with the same room to join
   * it anew, for example when there is a stream. A join that is given up at once never reaches the server, and a room that
   * was just left takes its user back.
   */
  join(roomId: string | null | undefined): void {
    this.#stop();
    this.#stop = () => {};
    if (roomId === null || roomId === undefined) {
      this.#show(IDLE);
      return;
    }
    const attempt = new AbortController();
    const { signal } = attempt;
    // React's strict mode mounts a component twice, and so does a change of its code while it is developed.
    const start = setTimeout(() => {
      this.#enter(roomId, signal).catch((error: unknown) => {
        if (signal.aborted) return;
        this.#show({ ...NOTHING, state: 'failed', error: asPeerqlError(error) });
      });
    }, 0);
    this.#stop = () => {
      clearTimeout(start);
      attempt.abort();
    };
    this.#show({ ...NOTHING, state: 'connecting' });
  }

  /** Leaves the room, or gives up joining it. */
  leave(): void {
    this.join(null);
  }

  async #enter(roomId: string, signal: AbortSignal): Promise<void> {
    const { client, stream, media, takeOver = false, ...rest } = read(this.#options);
    if (stream === null) return;
    const own = await streamOf(stream, media);
    const release = () => {
      for (const track of own?.getTracks() ?? []) track.stop();
    };
    if (signal.aborted) return release();
    try {
      const call = await client.joinRoom(roomId, {
        ...rest,
        // The stay it may find there is its own, which it has just left.
        takeOver: takeOver || isLeaving(client, roomId),
        stream: own,
        signal,
        onWaiting: () => this.#show({ ...NOTHING, state: 'waiting' }),
      });
      if (signal.aborted) return leave(client, roomId, call);
      const unsubscribe = call.subscribe(() => callEach(this.#listeners, undefined));
      this.#stop = () => {
        unsubscribe();
        leave(client, roomId, call);
      };
      this.#show(joined(call));
    } catch (error) {
      release();
      throw error;
    }
  }

  #show(view: CallView): void {
    this.#view = view;
    callEach(this.#listeners, undefined);
  }
}

/** Somebody who was in the room and has to be let in again counts as reconnecting. */
function joined(call: Call): CallView {
  const snapshot = call.getSnapshot();
  const { state } = snapshot;
  const shown = state === 'connected' || state === 'ended' ? state : 'reconnecting';
  return { state: shown, call, snapshot, error: null };
}

async function streamOf(
  stream: MediaStream | undefined,
  media: CallStoreOptions['media'],
): Promise<MediaStream | null> {
  if (stream) return new MediaStream(stream.getTracks().map((track) => track.clone()));
  if (media === undefined || (!media.audio && !media.video)) return null;
  return await openMedia(media);
}
