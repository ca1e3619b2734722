import { Call } from './call.ts';
import type { CallOptions } from './call-events.ts';
import { NetworkError, PeerqlError } from './errors.ts';
import { LocalMedia } from './local-media.ts';
import { RoomLink, type RoomLinkOptions } from './room-link.ts';

export interface JoinOptions extends CallOptions {
  /** Microphone and camera to begin with. Default: none; nothing is sent until they are switched on. */
  readonly stream?: MediaStream | null;
  /** When the same account is in the room elsewhere: true ends that stay, false is refused. Default false. */
  readonly takeOver?: boolean;
  /** How long the join may take, in milliseconds, waiting for the host left out. Default 20,000. */
  readonly timeoutMs?: number;
  /** Called when the host has to let one in first, which may take any time. Default: none. */
  readonly onWaiting?: () => void;
  /** Gives the join up when aborted. Default: none. */
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 20_000;

/**
 * Joins a room; resolves once in it. Until then the stream stays the caller's.
 * @throws {RefusedError} when the server refuses: `ROOM_NOT_FOUND`, `ROOM_FULL`, `ROOM_LOCKED`, `ALREADY_IN_ROOM`,
 * `REMOVED_FROM_ROOM`, `KNOCK_DENIED`
 * @throws {NetworkError} when it takes too long
 * @throws {PeerqlError} `UNAUTHENTICATED` when nobody is signed in
 */
export function joinRoom(
  linkOptions: Pick<RoomLinkOptions, 'roomId' | 'socket' | 'backoff' | 'leaveRoom' | 'takeSocket'>,
  options: JoinOptions,
): Promise<Call> {
  const { signal, takeOver = false, timeoutMs = TIMEOUT_MS } = options;
  const media = new LocalMedia(options.stream ?? null);
  const link = new RoomLink({ ...linkOptions, takeOver, media: () => media.state });
  return new Promise((resolve, reject) => {
    const giveUp = (error: unknown) => {
      settle();
      link.leave();
      reject(error);
    };
    const aborted = () => giveUp(signal?.reason);
    const tooLong = () => giveUp(new NetworkError('The server could not be reached.'));
    const timer = setTimeout(tooLong, timeoutMs);
    const stopEnd = link.on('end', ({ reason, error }) => {
      giveUp(error ?? new PeerqlError(reason, 'The call ended before it began.'));
    });
    const stopEvent = link.on('event', (event) => {
      if (event.__typename === 'KnockPending') {
        clearTimeout(timer);
        options.onWaiting?.();
      }
      if (event.__typename !== 'RoomSnapshot') return;
      settle();
      resolve(new Call(link, event, media, options));
    });
    const settle = () => {
      clearTimeout(timer);
      stopEnd();
      stopEvent();
      signal?.removeEventListener('abort', aborted);
    };
    signal?.addEventListener('abort', aborted);
    if (signal?.aborted === true) aborted();
  });
}
