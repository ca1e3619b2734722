import type { EffectRun, VideoEffect } from './video-effect.ts';

export interface EffectRunOptions {
  /** Aborts the start. */
  readonly giveUp: AbortSignal;
  /** Called at most once, if it fails after it has started; it has stopped by then. */
  readonly failed: (cause: unknown) => void;
  /** Resolves with the first picture of a track. Default: as a video element shows it. */
  readonly firstPicture?: (track: MediaStreamTrack, signal: AbortSignal) => Promise<void>;
}

/** How long an effect may take until its first picture. It may have to load a few megabytes first. */
export const STARTS_WITHIN_MS = 30_000;

/** Runs an effect on a camera; resolves after its first picture. Rejects with whatever went wrong, and has stopped by then. */
export async function runEffect(
  effect: VideoEffect,
  camera: MediaStreamTrack,
  { giveUp, failed, firstPicture = firstPictureOf }: EffectRunOptions,
): Promise<EffectRun> {
  giveUp.throwIfAborted();
  const over = new AbortController();
  const { signal } = over;
  let made: MediaStreamTrack | null = null;
  let fail: (cause: unknown) => void = () => {};
  const stop = () => {
    over.abort();
    made?.stop();
  };
  const start = async (): Promise<MediaStreamTrack> => {
    const track = await effect.process(camera, { signal, fail: (cause) => fail(cause) });
    if (track === camera || track?.kind !== 'video') {
      throw new TypeError('It has to return a video track of its own.');
    }
    made = track;
    // It was given up meanwhile.
    if (signal.aborted) track.stop();
    track.addEventListener('ended', () => fail(new Error('Its track ended.')));
    if (track.readyState !== 'live') throw new Error('Its track has ended.');
    await firstPicture(track, signal);
    return track;
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const track = await new Promise<MediaStreamTrack>((resolve, reject) => {
      fail = reject;
      const lost = () => reject(new Error('The camera has ended.'));
      camera.addEventListener('ended', lost, { signal });
      if (camera.readyState !== 'live') lost();
      giveUp.addEventListener('abort', () => reject(giveUp.reason));
      const late = new Error(`It showed no picture within ${STARTS_WITHIN_MS / 1_000} seconds.`);
      timer = setTimeout(() => reject(late), STARTS_WITHIN_MS);
      start().then(resolve, reject);
    });
    fail = (cause) => {
      if (signal.aborted) return;
      stop();
      failed(cause);
    };
    return { track, stop };
  } catch (error) {
    stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function firstPictureOf(track: MediaStreamTrack, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const video = document.createElement('video');
    const stream = new MediaStream([track]);
    Object.assign(video, { muted: true, playsInline: true, srcObject: stream });
    const done = () => {
      video.srcObject = null;
      resolve();
    };
    video.addEventListener('loadeddata', done, { once: true });
    signal.addEventListener('abort', done, { once: true });
    // `autoplay` is not enough: in Chromium it waits until the element is visible.
    video.play().catch(() => {});
  });
}
