import { Capture, watchDevice } from './capture.ts';
import { EffectChoice } from './effect-choice.ts';
import type { PeerqlError } from './errors.ts';
import { openBeside } from './open-beside.ts';
import { callIsOver } from './room-end.ts';
import {
  isEffectFailure,
  type StartEffect,
  startEffect,
  type VideoEffect,
} from './video-effect.ts';
import { WantedCapture } from './wanted-capture.ts';

export interface DeviceSlotOptions {
  /**
   * Opens the device; null means one that the browser or the user chooses.
   * @param orAnother whether any other device will do when this one is gone
   * @throws {DOMException} of the browser, when it cannot be opened
   */
  readonly open: (deviceId: string | null, orAnother: boolean) => Promise<MediaStreamTrack>;
  /** `mute` keeps the device open, so that it is back at once; `stop` releases it, so that its light goes off too. */
  readonly off: 'mute' | 'stop';
  /** The slot holds another track, or none, or its track was muted or unmuted, or it is to have another effect. */
  readonly changed: () => void;
  /** The effect failed while it ran. The device was switched off, so that nothing is sent without the effect. */
  readonly failed: (error: PeerqlError) => void;
  /** Default: as browsers do it. */
  readonly startEffect?: StartEffect;
}

/**
 * One capture of one kind, such as the camera. Commands may come at any time, and the last one wins: at most one
 * capture is being opened, and a track that arrives after it is no longer wanted is stopped at once. What the user
 * wants (on or off, which device, and which effect) is remembered separately from the device that is open. With an effect,
 * the device's own track never leaves the slot: an effect that does not start is a device that does not open.
 */
export class DeviceSlot {
  readonly #options: DeviceSlotOptions;
  /** Stays here while its replacement is being opened, even if it has to be stopped first. */
  #capture: Capture | null = null;
  /** The device of the capture. */
  #current: string | null = null;
  /** Whether the user wants to be heard or seen; null until they said. */
  #on: boolean | null = null;
  /** The device that the user has chosen, or else the first one that was opened. */
  #chosen: string | null = null;
  /** The effect that is to run on whatever is open. */
  readonly #effects: EffectChoice;
  #wanted: WantedCapture | null = null;
  #opening = false;
  #ended = false;

  constructor(options: DeviceSlotOptions) {
    this.#options = options;
    this.#effects = new EffectChoice(options.startEffect ?? startEffect, (capture, error) => {
      // If the effect failed because its device ended, the end of the device is reported instead.
      if (capture !== this.#live) return;
      this.#drop();
      options.failed(error);
    });
  }

  /** The live track to show and to send; null when nothing is captured. */
  get track(): MediaStreamTrack | null {
    return this.#live?.track ?? null;
  }

  /** The device that is open; null for none. */
  get deviceId(): string | null {
    return this.#live === null ? null : this.#current;
  }

  /** The effect that was set last. */
  get effect(): VideoEffect | null {
    return this.#effects.chosen;
  }

  /**
   * Whether there is a live track that is muted neither by the user nor by the system, for example during a phone call.
   */
  get on(): boolean {
    return this.#live?.enabled === true && !this.#live.device.muted;
  }

  get #live(): Capture | null {
    return this.#capture?.device.readyState === 'live' ? this.#capture : null;
  }

  /** Starts with a track that is open already. */
  adopt(track: MediaStreamTrack): void {
    this.#on = track.enabled;
    this.#take(new Capture(track, null, null));
  }

  /**
   * Opens the device that was used last, or switches it off. When a later command overtakes this one, it resolves
   * without effect.
   * @throws {PeerqlError} `ENDED`, `EFFECT_FAILED`
   */
  async set(on: boolean): Promise<void> {
    this.#mustNotHaveEnded();
    this.#on = on;
    if (on && this.#live?.device.muted !== false) return this.#openAny(this.#chosen);
    const stops = !on && this.#options.off === 'stop';
    if (stops || (!on && this.#capture === null)) this.#overtake(null);
    if (stops) this.#drop();
    else if (this.#capture !== null && this.#capture.enabled !== on) {
      this.#capture.enabled = on;
      this.#options.changed();
    }
  }

  /**
   * Switches to another device. A microphone stays muted if it was; a camera is switched on.
   * @throws {PeerqlError} `ENDED`, `EFFECT_FAILED`
   */
  async use(deviceId: string): Promise<void> {
    this.#mustNotHaveEnded();
    if (this.#options.off === 'stop') this.#on = true;
    const before = this.#chosen;
    this.#chosen = deviceId;
    try {
      await this.#want(deviceId, false);
    } catch (error) {
      // Compares with the device in use, not with one that was chosen in between and never opened.
      if (this.#chosen === deviceId) this.#chosen = this.track === null ? before : this.#current;
      throw error;
    }
  }

  /**
   * Runs an effect on whatever is open, now and later; null takes it away. When a later effect overtakes this one, it
   * resolves without effect. When it fails, the one before goes on.
   * @throws {PeerqlError} `ENDED`, `EFFECT_FAILED`
   */
  async setEffect(effect: VideoEffect | null): Promise<void> {
    this.#mustNotHaveEnded();
    const before = this.effect;
    this.#effects.choose(effect);
    this.#options.changed();
    try {
      await this.#applied(effect);
    } catch (error) {
      // Compares with the effect in use, not with one that was set in between and never started.
      if (this.effect === effect && !this.#ended) {
        this.#effects.choose(this.#live === null ? before : this.#live.effect);
        this.#options.changed();
      }
      throw error;
    }
  }

  /**
   * Opens the device again if the system still mutes it although the user wants it on. If that fails, nothing changes.
   */
  async recover(): Promise<void> {
    if (this.#ended || this.#on === false || this.#live?.device.muted !== true) return;
    await this.#openAny(this.#current).catch(() => {});
  }

  /** Gives the track back, still live, to whoever it came from. Later commands are refused. */
  release(): void {
    this.#capture?.release();
    this.#capture = null;
    this.end();
  }

  /** Stops the track. Pending and later commands are refused with `ENDED`. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#wanted?.reject(callIsOver());
    this.#wanted = null;
    this.#effects.giveUp();
    this.#capture?.stop();
    this.#capture = null;
  }

  /** Resolves when the effect runs on what is open, or nothing is open, or it was overtaken. */
  async #applied(effect: VideoEffect | null): Promise<void> {
    while (this.effect === effect) {
      const live = this.#live;
      // A device that is being opened gets the effect as well.
      if (this.#wanted === null && (live === null || live.effect === effect)) return;
      const done = this.#wanted?.done ?? this.#want(this.#current, false, live?.device);
      await done.catch((error: unknown) => {
        // A device that could not be opened is told to those who asked for it.
        if (this.#ended || isEffectFailure(error)) throw error;
      });
    }
  }

  /** Opens this device or another one, unless one is being opened. */
  #openAny(deviceId: string | null): Promise<void> {
    return this.#wanted?.reused === null ? this.#wanted.done : this.#want(deviceId, true);
  }

  #want(
    deviceId: string | null,
    orAnother: boolean,
    reused: MediaStreamTrack | null = null,
  ): Promise<void> {
    const wanted = new WantedCapture(deviceId, orAnother, reused);
    this.#overtake(wanted);
    if (!this.#opening) void this.#work();
    return wanted.done;
  }

  #overtake(wanted: WantedCapture | null): void {
    this.#wanted?.resolve();
    this.#wanted = wanted;
    this.#effects.giveUp();
  }

  /** Opens captures one after the other, until the wanted one is open. */
  async #work(): Promise<void> {
    this.#opening = true;
    while (this.#wanted !== null) {
      const { deviceId, orAnother, reused } = this.#wanted;
      // What counts is what is wanted when the browser answers. That may be the same device again.
      const still = () =>
        this.#wanted?.deviceId === deviceId && this.#wanted.reused === reused ? this.#wanted : null;
      const isWanted = () => still() !== null;
      const current = this.#current;
      try {
        const capture = await (reused !== null
          ? this.#effects.startOn(reused, isWanted)
          : openBeside({
              before: this.#capture?.device ?? null,
              open: () => this.#open(deviceId, orAnother, isWanted),
              wanted: isWanted,
              restore: () => this.#restore(current),
            }));
        const wanted = still();
        // Another effect may have been chosen: the camera is never taken without it.
        if (wanted === null || capture?.effect !== this.effect) {
          if (reused === null) capture?.stop();
          else capture?.release();
          continue;
        }
        this.#wanted = null;
        this.#take(capture);
        wanted.resolve();
      } catch (error) {
        const wanted = still();
        this.#wanted = wanted === null ? this.#wanted : null;
        wanted?.reject(error);
      }
    }
    this.#opening = false;
  }

  async #restore(deviceId: string | null): Promise<void> {
    const wanted = () => this.#wanted !== null;
    const capture = await this.#open(deviceId, true, wanted).catch(() => null);
    if (wanted() && capture?.effect === this.effect) return this.#take(capture);
    capture?.stop();
    this.#drop();
  }

  #open(
    deviceId: string | null,
    orAnother: boolean,
    wanted: () => boolean,
  ): Promise<Capture | null> {
    return this.#effects.openWith(() => this.#options.open(deviceId, orAnother), wanted);
  }

  #take(capture: Capture): void {
    const { device } = capture;
    const before = this.#capture;
    this.#capture = capture;
    capture.enabled = this.#on !== false;
    if (before?.device === device) before.release();
    else {
      before?.stop();
      this.#current = device.getSettings().deviceId ?? null;
      this.#chosen ??= this.#current;
      watchDevice(device, (event) => {
        if (this.#capture?.device !== device) return;
        if (event === 'ended') this.#drop();
        else this.#options.changed();
      });
    }
    this.#options.changed();
  }

  #drop(): void {
    const capture = this.#capture;
    if (capture === null) return;
    if (this.#wanted?.reused === capture.device) this.#overtake(null);
    this.#capture = null;
    capture.stop();
    this.#options.changed();
  }

  #mustNotHaveEnded(): void {
    if (this.#ended) throw callIsOver();
  }
}
