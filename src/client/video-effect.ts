import { PeerqlError } from './errors.ts';

/** What an effect gets with the camera. */
export interface VideoEffectContext {
  /** Aborts when this run is over: let go of everything that was made for it. The track that was returned is stopped. */
  readonly signal: AbortSignal;
  /** Says that the effect cannot go on. Then the camera is switched off, and nothing is sent. */
  readonly fail: (error: unknown) => void;
}

/**
 * Changes the camera's picture before it is shown and sent, for example to hide the background. The same effect may run
 * twice at a time: on a camera that was just opened, and still on the one before.
 * @example
 * const grey: VideoEffect = {
 *   name: 'grey',
 *   process: (camera, { signal }) => greyCopyOf(camera, signal),
 * };
 * await call.setVideoEffect(grey);
 */
export interface VideoEffect {
  /** For messages, such as `background-blur`. */
  readonly name: string;
  /**
   * Starts on a camera, and returns a new video track that shows its picture changed. It is shown and sent after its first
   * picture. Do not stop the camera's own track. When it throws, or its track ends, the effect has failed.
   */
  readonly process: (
    camera: MediaStreamTrack,
    context: VideoEffectContext,
  ) => MediaStreamTrack | Promise<MediaStreamTrack>;
}

/** An effect that runs on one capture of the camera. */
export interface EffectRun {
  /** What is shown and sent. */
  readonly track: MediaStreamTrack;
  /** Ends the effect, and not the camera. */
  readonly stop: () => void;
}

/**
 * Starts an effect on an open camera; resolves after its first picture.
 * @param giveUp aborts the start
 * @param failed called at most once, if it fails later; it has stopped by then
 * @throws {PeerqlError} `EFFECT_FAILED`
 */
export type StartEffect = (
  effect: VideoEffect,
  camera: MediaStreamTrack,
  giveUp: AbortSignal,
  failed: (error: PeerqlError) => void,
) => Promise<EffectRun>;

export const startEffect: StartEffect = async (effect, camera, giveUp, failed) => {
  try {
    const { runEffect } = await import('./effect-run.ts');
    return await runEffect(effect, camera, {
      giveUp,
      failed: (cause) => failed(effectFailed(effect, cause)),
    });
  } catch (cause) {
    throw effectFailed(effect, cause);
  }
};

export function isEffectFailure(error: unknown): boolean {
  return error instanceof PeerqlError && error.code === EFFECT_FAILED;
}

const EFFECT_FAILED = 'EFFECT_FAILED';

function effectFailed({ name }: VideoEffect, cause: unknown): PeerqlError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new PeerqlError(EFFECT_FAILED, `The effect "${name}" failed: ${why}`, { cause });
}
