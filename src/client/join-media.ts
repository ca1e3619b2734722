import { unlessAborted } from './abort.ts';
import type { CallOptions } from './call-events.ts';
import { LocalMedia } from './local-media.ts';
import type { VideoEffect } from './video-effect.ts';

interface JoinMediaOptions extends CallOptions {
  readonly stream?: MediaStream | null;
  readonly localMedia?: LocalMedia;
  readonly videoEffect?: VideoEffect | null;
  readonly signal?: AbortSignal;
}

/** Microphone and camera of a join: those that were given, or of a stream that stays its owner's until there is a call. */
export class JoinMedia {
  readonly #options: JoinMediaOptions;
  #own: LocalMedia | null = null;

  constructor(options: JoinMediaOptions) {
    this.#options = options;
  }

  /** What is there already; null as long as there is only the stream. */
  get current(): LocalMedia | null {
    return this.#options.localMedia ?? this.#own;
  }

  /** For the call. */
  open(): LocalMedia {
    const { localMedia, stream, cameraConstraints, microphoneConstraints } = this.#options;
    if (localMedia !== undefined) return localMedia;
    this.#own ??= new LocalMedia(stream ?? null, cameraConstraints, microphoneConstraints);
    return this.#own;
  }

  /**
   * Starts the effect on the camera, if there is one: nothing is to be sent without it.
   * @throws {PeerqlError} `EFFECT_FAILED` @throws the reason of the signal
   */
  async prepare(): Promise<void> {
    const { videoEffect, signal } = this.#options;
    if (videoEffect === undefined || videoEffect === null) return;
    await unlessAborted(this.open().setVideoEffect(videoEffect), signal);
  }

  /** There is no call: gives the tracks of the stream back, still live. */
  release(): void {
    this.#own?.release();
  }
}
