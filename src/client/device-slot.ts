import { callIsOver } from './room-end.ts';

export interface DeviceSlotOptions {
  /**
   * Opens the device; null means one that the browser or the user chooses.
   * @param orAnother whether any other device will do when this one is gone
   * @throws {DOMException} of the browser, when it cannot be opened
   */
  readonly open: (deviceId: string | null, orAnother: boolean) => Promise<MediaStreamTrack>;
  /** `mute` keeps the device open, so that it is back at once; `stop` releases it, so that its light goes off too. */
  readonly off: 'mute' | 'stop';
  /** The slot holds another track, or none, or its track was muted or unmuted. */
  readonly changed: () => void;
}

/** A capture that was requested and is not open yet. */
interface Wanted {
  readonly deviceId: string | null;
  readonly orAnother: boolean;
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One capture of one kind, such as the camera. Commands may come at any time, and the last one wins: at most one
 * capture is being opened, and a track that arrives after it is no longer wanted is stopped at once. What the user
 * wants (on or off, and which device) is remembered separately from the device that is open.
 */
export class DeviceSlot {
  readonly #options: DeviceSlotOptions;
  /** Stays here while its replacement is being opened, even if it has to be stopped first. */
  #track: MediaStreamTrack | null = null;
  /** The device of the track. */
  #current: string | null = null;
  /** Whether the user wants to be heard or seen; null until they said. */
  #on: boolean | null = null;
  /** The device that the user has chosen, or else the first one that was opened. */
  #chosen: string | null = null;
  #wanted: Wanted | null = null;
  #opening = false;
  #ended = false;

  constructor(options: DeviceSlotOptions) {
    this.#options = options;
  }

  /** The live track; null when nothing is captured. */
  get track(): MediaStreamTrack | null {
    return this.#track?.readyState === 'live' ? this.#track : null;
  }

  /**
   * Whether there is a live track that is muted neither by the user nor by the system, for example during a phone call.
   */
  get on(): boolean {
    return this.track?.enabled === true && !this.track.muted;
  }

  /** Starts with a track that is open already. */
  adopt(track: MediaStreamTrack): void {
    this.#on = track.enabled;
    this.#take(track);
  }

  /**
   * Opens the device that was used last, or switches it off. When a later command overtakes this one, it resolves
   * without effect.
   * @throws {PeerqlError} `ENDED`
   */
  async set(on: boolean): Promise<void> {
    this.#mustNotHaveEnded();
    this.#on = on;
    if (on && this.track?.muted !== false)
      return this.#wanted?.done ?? this.#want(this.#chosen, true);
    const stops = !on && this.#options.off === 'stop';
    if (stops || (!on && this.#track === null)) this.#overtake(null);
    if (stops) this.#drop();
    else if (this.#track !== null && this.#track.enabled !== on) {
      this.#track.enabled = on;
      this.#options.changed();
    }
  }

  /**
   * Switches to another device. A microphone stays muted if it was; a camera is switched on.
   * @throws {PeerqlError} `ENDED`
   */
  async use(deviceId: string): Promise<void> {
    this.#mustNotHaveEnded();
    if (this.#options.off === 'stop') this.#on = true;
    const before = this.#chosen;
    this.#chosen = deviceId;
    try {
      await this.#want(deviceId, false);
    } catch (error) {
      // What is in use counts, and not a device that was chosen in between and never opened.
      if (this.#chosen === deviceId) this.#chosen = this.track === null ? before : this.#current;
      throw error;
    }
  }

  /**
   * Opens the device again if the system still mutes it although the user wants it on. If that fails, nothing changes.
   */
  async recover(): Promise<void> {
    if (this.#ended || this.#on === false || this.track?.muted !== true) return;
    await (this.#wanted?.done ?? this.#want(this.#current, true)).catch(() => {});
  }

  /** Gives the track back, still live, to whoever it came from. Later commands are refused. */
  release(): void {
    this.#track = null;
    this.end();
  }

  /** Stops the track. Pending and later commands are refused with `ENDED`. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#wanted?.reject(callIsOver());
    this.#wanted = null;
    this.#track?.stop();
    this.#track = null;
  }

  #want(deviceId: string | null, orAnother: boolean): Promise<void> {
    let resolve = () => {};
    let reject: (error: unknown) => void = () => {};
    const done = new Promise<void>((...both) => {
      [resolve, reject] = both;
    });
    this.#overtake({ deviceId, orAnother, done, resolve, reject });
    if (!this.#opening) void this.#work();
    return done;
  }

  #overtake(wanted: Wanted | null): void {
    this.#wanted?.resolve();
    this.#wanted = wanted;
  }

  /** Opens captures one after the other, until the wanted one is open. */
  async #work(): Promise<void> {
    this.#opening = true;
    while (this.#wanted !== null) {
      const { deviceId, orAnother } = this.#wanted;
      // What counts is what is wanted when the browser answers. That may be the same device again.
      const still = () => (this.#wanted?.deviceId === deviceId ? this.#wanted : null);
      try {
        const track = await this.#openBeside(deviceId, orAnother, () => still() !== null);
        const wanted = still();
        this.#wanted = wanted === null ? this.#wanted : null;
        if (wanted === null) track.stop();
        else this.#take(track);
        wanted?.resolve();
      } catch (error) {
        const wanted = still();
        this.#wanted = wanted === null ? this.#wanted : null;
        wanted?.reject(error);
      }
    }
    this.#opening = false;
  }

  /**
   * Opens a device while another one may be open. Phones allow one capture at a time: there the old one is released
   * first, and opened again if the new one fails.
   */
  async #openBeside(
    deviceId: string | null,
    orAnother: boolean,
    wanted: () => boolean,
  ): Promise<MediaStreamTrack> {
    const { open } = this.#options;
    const [before, device] = [this.#track, this.#current];
    try {
      return await open(deviceId, orAnother);
    } catch (error) {
      if (before === null || !wanted()) throw error;
      try {
        if (before.readyState !== 'live' || !isBusy(error)) throw error;
        before.stop();
        return await open(deviceId, orAnother);
      } catch (again) {
        // The browser may also have ended it.
        if (before.readyState !== 'live' && wanted()) await this.#restore(device);
        throw again;
      }
    }
  }

  async #restore(deviceId: string | null): Promise<void> {
    const track = await this.#options.open(deviceId, true).catch(() => null);
    if (track === null) this.#drop();
    else if (this.#wanted === null) track.stop();
    else this.#take(track);
  }

  #take(track: MediaStreamTrack): void {
    this.#track?.stop();
    this.#track = track;
    this.#current = track.getSettings().deviceId ?? null;
    this.#chosen ??= this.#current;
    track.enabled = this.#on !== false;
    // The track ends when the device is unplugged, or when the browser or the system revokes it.
    track.addEventListener('ended', () => {
      if (this.#track === track) this.#drop();
    });
    for (const event of ['mute', 'unmute']) {
      track.addEventListener(event, () => {
        if (this.#track === track) this.#options.changed();
      });
    }
    this.#options.changed();
  }

  #drop(): void {
    if (this.#track === null) return;
    this.#track.stop();
    this.#track = null;
    this.#options.changed();
  }

  #mustNotHaveEnded(): void {
    if (this.#ended) throw callIsOver();
  }
}

/** Somebody else uses the device, or the system allows one capture at a time (Media Capture and Streams, 10.2.2). */
function isBusy(error: unknown): boolean {
  return error instanceof DOMException && BUSY.has(error.name);
}

const BUSY = new Set(['NotReadableError', 'AbortError']);
