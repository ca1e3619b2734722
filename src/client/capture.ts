import type { EffectRun, VideoEffect } from './video-effect.ts';

/** An open device, with the effect that runs on it. */
export class Capture {
  /** The device's own track. */
  readonly device: MediaStreamTrack;
  readonly effect: VideoEffect | null;
  readonly #run: EffectRun | null;

  constructor(device: MediaStreamTrack, effect: VideoEffect | null, run: EffectRun | null) {
    this.device = device;
    this.effect = effect;
    this.#run = run;
  }

  /** What is shown and sent: the track of the effect, or without one the device's own. */
  get track(): MediaStreamTrack {
    return this.#run?.track ?? this.device;
  }

  get enabled(): boolean {
    return this.device.enabled;
  }

  set enabled(enabled: boolean) {
    this.device.enabled = enabled;
    this.track.enabled = enabled;
  }

  /** Ends the effect; the device stays open. */
  release(): void {
    this.#run?.stop();
  }

  stop(): void {
    this.release();
    this.device.stop();
  }
}

/** Calls `heard` when the device ends (it was unplugged, or revoked), or is muted or unmuted by the system. */
export function watchDevice(
  device: MediaStreamTrack,
  heard: (event: 'ended' | 'mute' | 'unmute') => void,
): void {
  for (const event of ['ended', 'mute', 'unmute'] as const) {
    device.addEventListener(event, () => heard(event));
  }
}
