import { PeerqlError } from './errors.ts';

export interface DeviceSlotOptions {
  /**
   * Opens the device, or with null one that the browser or the user chooses.
   * @param orAnother whether any other does where this one is gone
   * @throws {DOMException} of the browser, when it cannot be had
   */
  readonly open: (deviceId: string | null, orAnother: boolean) => Promise<MediaStreamTrack>;
  /** `mute` keeps the device, so that it is back at once; `stop` lets go of it, so that its light is off too. */
  readonly off: 'mute' | 'stop';
  /** Another track, or none, is in this slot, or the one in it was muted or opened. */
  readonly changed: () => void;
}

/** A capture that was asked for and is not there yet. */
interface Wanted {
  readonly deviceId: string | null;
  readonly orAnother: boolean;
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One capture of one kind, such as the camera. Commands are taken at any time and the last one wins: at most one
 * capture is being opened, and what arrives when it is not wanted any more is stopped at once. What the user wants, to
 * be heard or seen and by which device, is remembered apart from the device that is there.
 */
export class DeviceSlot {
  readonly #options: DeviceSlotOptions;
  /** It is kept here while another one takes its place, also where it has to be stopped for that. */
  #track: MediaStreamTrack | null = null;
  /** The device of the track. */
  #current: string | null = null;
  /** Whether the user wants to be heard or seen; null where nobody has said so. */
  #on: boolean | null = null;
  /** The device that the user has chosen, or that was there first. */
  #chosen: string | null = null;
  #wanted: Wanted | null = null;
  #opening = false;
  #ended = false;

  constructor(options: DeviceSlotOptions) {
    this.#options = options;
  }

  /** What is captured; null when nothing is. */
  get track(): MediaStreamTrack | null {
    return this.#track?.readyState === 'live' ? this.#track : null;
  }

  /** Whether it is there and not muted, by the user or by the system: a phone call takes the microphone, for example. */
  get on(): boolean {
    return this.track?.enabled === true && !this.track.muted;
  }

  /** Begins with a track that is there already. */
  adopt(track: MediaStreamTrack): void {
    this.#on = track.enabled;
    this.#take(track);
  }

  /**
   * Opens it, with the device that was there last, or ends it. Where a later command overtakes this one, it resolves
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
   * Takes another device. It is muted where the user wants that; a camera is switched on.
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
      if (this.#chosen === deviceId) this.#chosen = before;
      throw error;
    }
  }

  /** Opens anew what the system still mutes although the user wants it on. Where it cannot be had, all stays as it is. */
  async recover(): Promise<void> {
    if (this.#ended || this.#on === false || this.track?.muted !== true) return;
    await (this.#wanted?.done ?? this.#want(this.#current, true)).catch(() => {});
  }

  /** Gives the track back as it is, to whoever it came from. Nothing can be asked for any more. */
  release(): void {
    this.#track = null;
    this.end();
  }

  /** Stops the track. Nothing can be asked for any more, and what was asked for is refused with `ENDED`. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#wanted?.reject(ended());
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

  /** Opens what is wanted, until it is there: one capture after the other. */
  async #work(): Promise<void> {
    this.#opening = true;
    while (this.#wanted !== null) {
      const { deviceId, orAnother } = this.#wanted;
      // What is wanted by the time of the answer counts: it may be the same again.
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
   * Opens a device while another one may be open. Phones give one capture at a time: there the one before is let go of
   * first, and comes back where the new one cannot be had.
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
        // The browser may have ended it too.
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
    // A device that is unplugged, or taken back by the browser or the system, ends its track.
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
    if (this.#ended) throw ended();
  }
}

function ended(): PeerqlError {
  return new PeerqlError('ENDED', 'The call is over.');
}

/** Somebody has the device, or the system gives one at a time (Media Capture and Streams, 10.2.2). */
function isBusy(error: unknown): boolean {
  return error instanceof DOMException && BUSY.has(error.name);
}

const BUSY = new Set(['NotReadableError', 'AbortError']);
