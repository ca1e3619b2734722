import { Capture } from './capture.ts';
import type { PeerqlError } from './errors.ts';
import type { StartEffect, VideoEffect } from './video-effect.ts';

/** Which effect is to run on a device, and the start of it. */
export class EffectChoice {
  readonly #start: StartEffect;
  readonly #failed: (capture: Capture, error: PeerqlError) => void;
  #chosen: VideoEffect | null = null;
  #starting: AbortController | null = null;

  /** @param failed called when the effect fails while it runs on a capture */
  constructor(start: StartEffect, failed: (capture: Capture, error: PeerqlError) => void) {
    this.#start = start;
    this.#failed = failed;
  }

  get chosen(): VideoEffect | null {
    return this.#chosen;
  }

  choose(effect: VideoEffect | null): void {
    this.#chosen = effect;
    this.giveUp();
  }

  /** Gives up the effect that is being started. */
  giveUp(): void {
    this.#starting?.abort();
  }

  /** Opens a device and starts the chosen effect on it; null if that was given up, because it is not wanted any more. */
  async openWith(
    open: () => Promise<MediaStreamTrack>,
    wanted: () => boolean,
  ): Promise<Capture | null> {
    const device = await open();
    let capture: Capture | null = null;
    try {
      capture = await this.startOn(device, wanted);
      return capture;
    } finally {
      if (capture === null) device.stop();
    }
  }

  /**
   * Starts the chosen effect on an open device; null if that was given up, because the device is not wanted any more.
   * @throws {PeerqlError} `EFFECT_FAILED`
   */
  async startOn(device: MediaStreamTrack, wanted: () => boolean): Promise<Capture | null> {
    for (;;) {
      const effect = this.#chosen;
      if (effect === null) return new Capture(device, null, null);
      // It came after it was switched off, or the effect was given up.
      if (!wanted()) return null;
      const starting = new AbortController();
      this.#starting = starting;
      let capture: Capture | null = null;
      const failed = (error: PeerqlError) => {
        if (capture !== null) this.#failed(capture, error);
      };
      try {
        const run = await this.#start(effect, device, starting.signal, failed);
        capture = new Capture(device, effect, run);
        return capture;
      } catch (error) {
        // Otherwise another effect was chosen, or it is not wanted any more.
        if (!starting.signal.aborted) throw error;
      }
    }
  }
}
