import { Call } from './call.ts';
import type { CallOptions } from './call-events.ts';
import { NetworkError, PeerqlError, RateLimitedError } from './errors.ts';
import { discard, type FirstOffer, makeFirstOffer } from './first-offer.ts';
import { JoinMedia } from './join-media.ts';
import { LocalMedia, mediaOf } from './local-media.ts';
import { outOfReach } from './network.ts';
import {
  bitrateProblem,
  booleanProblem,
  effectProblem,
  functionProblem,
  intervalProblem,
  objectProblem,
  requireOptions,
  roomIdProblem,
  rtcConfigurationProblem,
  signalProblem,
  streamProblem,
  timeoutProblem,
} from './options.ts';
import { reportLater } from './report.ts';
import { RoomLink } from './room-link.ts';
import type { RoomSnapshot } from './room-link-events.ts';
import type { RoomLinkOptions } from './room-link-options.ts';
import type { VideoEffect } from './video-effect.ts';

/** A join that waits for the host. */
export interface Waiting {
  /** Whether a host is in the room and was told. Otherwise the next host is told as soon as there is one. */
  readonly hostTold: boolean;
}

export interface JoinOptions extends CallOptions {
  /**
   * Microphone and camera to start with: the stream's first live track of each kind at the moment of the join. From
   * then on these tracks belong to the call, which stops them. The stream itself, and any other track in it, stays the
   * caller's. Default: none; nothing is sent until a device is switched on.
   */
  readonly stream?: MediaStream | null;
  /**
   * Devices that were opened before, instead of a stream. A device that is still being opened appears in the call when
   * it is ready. They belong to the call once it is joined. Default: none.
   */
  readonly localMedia?: LocalMedia;
  /**
   * An effect on the camera, such as a blurred background. It is started before the join, so that nothing is sent without it;
   * when it does not start, the join rejects with `EFFECT_FAILED`. Default: the one that `localMedia` has, or none.
   */
  readonly videoEffect?: VideoEffect | null;
  /**
   * What to do when the same account is in the room elsewhere: true ends that stay, false refuses this join. Default
   * false.
   */
  readonly takeOver?: boolean;
  /**
   * How long the join may take, in milliseconds, not counting the start of an effect and the wait for the host. Default
   * 20,000.
   */
  readonly timeoutMs?: number;
  /** Called when the host has to let the caller in first, which may take any time. Default: none. */
  readonly onWaiting?: (waiting: Waiting) => void;
  /** Aborts the join, which then rejects with the signal's reason. Default: none. */
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 20_000;

/** Devices with which a join is under way. */
const joining = new WeakSet<LocalMedia>();

interface JoinLinkOptions
  extends Pick<RoomLinkOptions, 'roomId' | 'socket' | 'backoff' | 'leaveRoom' | 'takeSocket'> {
  /** Hands over an offer that was made before, if there is one. */
  readonly takeOffer?: () => Promise<FirstOffer | null> | undefined;
}

/**
 * Joins a room; resolves as soon as the caller is in it. Until then the stream stays the caller's. When it rejects, the
 * caller is not in the room.
 * @throws {InvalidInputError} when an option cannot be used, before anything happens
 * @throws {RefusedError} when the server refuses: `ROOM_NOT_FOUND`, `ROOM_FULL`, `ROOM_LOCKED`, `ALREADY_IN_ROOM`,
 * `GUESTS_NOT_ALLOWED`, `REMOVED_FROM_ROOM`, `KNOCK_DENIED`; `RATE_LIMITED` when the wait would be longer than the join
 * may take
 * @throws {NetworkError} when it takes too long
 * @throws {PeerqlError} `EFFECT_FAILED` when the effect on the camera does not start, `UNAUTHENTICATED` when nobody is
 * signed in, `TOO_MANY_SOCKETS` when the user or the address has as many sockets open as the server allows,
 * `UNSUPPORTED` when the browser has no WebRTC
 */
export async function joinRoom(linkOptions: JoinLinkOptions, options: JoinOptions): Promise<Call> {
  checkJoin(linkOptions.roomId, options);
  const { localMedia, rtcConfiguration } = options;
  if (localMedia !== undefined) joining.add(localMedia);
  const media = new JoinMedia(options);
  const early = linkOptions.takeOffer?.();
  // One that was made before is for a connection without a configuration of its own.
  const offering = (rtcConfiguration ? null : early) ?? makeFirstOffer(rtcConfiguration);
  if (offering !== early) discard(early);
  let link: RoomLink | null = null;
  try {
    await media.prepare();
    const firstOffer = await offering;
    options.signal?.throwIfAborted();
    link = new RoomLink({
      ...linkOptions,
      joinWith: (isFirst) => ({
        // Only the first join takes over: whoever takes this stay over later keeps it.
        takeOver: isFirst && (options.takeOver ?? false),
        media: media.current?.state ?? mediaOf(options.stream ?? null),
        offer: isFirst ? firstOffer?.sdp : null,
      }),
    });
    const joined = link;
    const enter = (first: RoomSnapshot) =>
      new Call(joined, first, media.open(), { ...options, firstOffer });
    return await entered(link, enter, options, linkOptions.socket.url);
  } catch (error) {
    media.release();
    link?.leave();
    discard(offering);
    throw error;
  } finally {
    if (localMedia !== undefined) joining.delete(localMedia);
  }
}

/** Throws what a join would throw before anything happens. */
export function checkJoin(roomId: string, options: JoinOptions): void {
  requireOptions({ options: objectProblem(options) });
  requireOptions({
    roomId: roomIdProblem(roomId),
    stream: streamProblem(options.stream),
    localMedia: localMediaProblem(options.localMedia, options.stream),
    videoEffect: effectProblem(options.videoEffect ?? null),
    takeOver: booleanProblem(options.takeOver),
    timeoutMs: timeoutProblem(options.timeoutMs),
    connectTimeoutMs: timeoutProblem(options.connectTimeoutMs),
    onWaiting: functionProblem(options.onWaiting),
    signal: signalProblem(options.signal),
    cameraConstraints: objectProblem(options.cameraConstraints),
    microphoneConstraints: objectProblem(options.microphoneConstraints),
    rtcConfiguration: rtcConfigurationProblem(options.rtcConfiguration),
    uplinkBitrate: bitrateProblem(options.uplinkBitrate),
    statisticsIntervalMs: intervalProblem(options.statisticsIntervalMs),
  });
  if (typeof RTCPeerConnection !== 'function') {
    throw new PeerqlError('UNSUPPORTED', 'This browser has no WebRTC: it cannot make calls.');
  }
  if (options.signal?.aborted === true) throw options.signal.reason;
}

function localMediaProblem(value: unknown, stream: unknown): string | null {
  if (value === undefined) return null;
  if (!(value instanceof LocalMedia)) return 'has to be a LocalMedia';
  if (stream !== undefined && stream !== null) return 'has no place beside a stream';
  if (value.ended) return 'has ended';
  return value.taken || joining.has(value) ? 'is in another call' : null;
}

/** Waits for the first snapshot, within the time that the join may take. */
function entered(
  link: RoomLink,
  enter: (first: RoomSnapshot) => Call,
  { signal, onWaiting, timeoutMs = TIMEOUT_MS }: JoinOptions,
  url: string,
): Promise<Call> {
  return new Promise((resolve, reject) => {
    let why: PeerqlError = new NetworkError(outOfReach(url));
    let deadline = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const giveUp = (error: unknown) => {
      settle();
      reject(error);
    };
    const startTimer = () => {
      if (timer !== undefined) return;
      deadline = performance.now() + timeoutMs;
      timer = setTimeout(() => giveUp(why), timeoutMs);
    };
    const stopTimer = () => {
      clearTimeout(timer);
      timer = undefined;
    };
    const stops = [
      link.on('setback', (error) => {
        // The timer stands still while waiting for the host; a lost connection starts it again.
        startTimer();
        if (error.code !== 'NETWORK') why = error;
        const waitMs = error instanceof RateLimitedError ? error.retryAfter * 1_000 : 0;
        if (performance.now() + waitMs > deadline) giveUp(error);
      }),
      link.on('end', ({ reason, error }) => {
        giveUp(error ?? new PeerqlError(reason, 'The call ended before it began.'));
      }),
      link.on('event', (event) => {
        if (event.__typename === 'KnockPending') {
          stopTimer();
          try {
            onWaiting?.({ hostTold: event.hostTold });
          } catch (error) {
            reportLater(error);
          }
        }
        if (event.__typename !== 'RoomSnapshot') return;
        settle();
        try {
          resolve(enter(event));
        } catch (error) {
          reject(error);
        }
      }),
    ];
    const aborted = () => giveUp(signal?.reason);
    signal?.addEventListener('abort', aborted);
    const settle = () => {
      stopTimer();
      for (const stop of stops) stop();
      signal?.removeEventListener('abort', aborted);
    };
    startTimer();
  });
}
