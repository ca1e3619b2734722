import { DeviceSlot } from './device-slot.ts';
import { Emitter } from './emitter.ts';
import { PeerqlError } from './errors.ts';
import type { MediaStateInput } from './generated/graphql.ts';
import { mediaDevices, openMedia } from './media-devices.ts';
import { onShown } from './network.ts';
import { effectProblem, requireOptions } from './options.ts';
import { type MediaSlot, SLOTS } from './peer-options.ts';
import type { VideoEffect } from './video-effect.ts';

/** Which of the local participant's media are on. */
export type LocalMediaState = Required<{ [Key in keyof MediaStateInput]: boolean }>;

/** The ids of the devices that are open; null for one that is not. */
export interface DeviceIds {
  readonly microphone: string | null;
  readonly camera: string | null;
}

/** How long a browser may take to unmute a capture by itself after its page is shown again; later it does not. */
const GIVEN_BACK_MS = 1_000;

const CAMERA: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 } };
const MICROPHONE: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

/**
 * The user's microphone, camera and screen. A call has one; a page may also create one before the call, for a preview,
 * and pass it to the call as `localMedia`. A muted microphone stays open, so that it is back at once; a camera that is
 * off is released, so that its light goes off too. For each of the three the last command wins: an earlier one that is
 * still under way resolves without effect, and a device that opens too late is released at once. Every method that
 * returns a promise rejects with `ENDED` after the end, with the browser's `DOMException` when a device cannot be
 * opened, and with `INSECURE_ORIGIN` or `UNSUPPORTED` when the browser offers no devices.
 * @example
 * const localMedia = new LocalMedia();
 * video.srcObject = localMedia.stream;
 * await localMedia.setCamera(true);
 * const call = await client.joinRoom(roomId, { localMedia });
 */
export class LocalMedia extends Emitter<{
  /** The track to send in this slot is another one, or none, or it was muted or unmuted, or another effect was set. */
  changed: MediaSlot;
  /** `EFFECT_FAILED`: the effect failed while it ran. The camera was switched off, so that nothing is sent without it. */
  error: PeerqlError;
}> {
  /** Microphone and camera, for the user's own preview. Always the same object; its tracks come and go. */
  readonly stream = new MediaStream();
  readonly #slots: Readonly<Record<MediaSlot, DeviceSlot>>;
  readonly #stopWatching: () => void;
  #ended = false;
  #taken = false;
  #screen: MediaStream | null = null;

  /**
   * @param given takes its first live microphone and camera; any other track in it, now or later, stays its owner's
   * @param camera the constraints for a camera that is opened later
   * @param microphone the same for a microphone
   */
  constructor(
    given: MediaStream | null = null,
    camera: MediaTrackConstraints = CAMERA,
    microphone: MediaTrackConstraints = MICROPHONE,
  ) {
    super();
    const failed = (error: PeerqlError) => this.emit('error', error);
    this.#slots = {
      audio: new DeviceSlot({
        failed,
        open: (id, orAnother) => openDevice('audio', microphone, id, orAnother),
        off: 'mute',
        changed: () => this.#changed('audio'),
      }),
      video: new DeviceSlot({
        failed,
        open: (id, orAnother) => openDevice('video', camera, id, orAnother),
        off: 'stop',
        changed: () => this.#changed('video'),
      }),
      screen: new DeviceSlot({
        failed,
        open: openScreen,
        off: 'stop',
        changed: () => this.#changed('screen'),
      }),
    };
    for (const kind of ['audio', 'video'] as const) {
      const track = liveTrack(given, kind);
      if (track !== null) this.#slots[kind].adopt(track);
    }
    this.#stopWatching = onShown(() => {
      setTimeout(() => {
        for (const kind of ['audio', 'video'] as const) void this.#slots[kind].recover();
      }, GIVEN_BACK_MS);
    });
  }

  /** The shared screen, for the user's own preview; null while nothing is shared. */
  get screen(): MediaStream | null {
    return this.#screen;
  }

  get state(): LocalMediaState {
    const { audio, video, screen } = this.#slots;
    return { audio: audio.on, video: video.on, screen: screen.on };
  }

  /** The track to send now, for each slot. */
  get tracks(): Record<MediaSlot, MediaStreamTrack | null> {
    const { audio, video, screen } = this.#slots;
    return { audio: audio.track, video: video.track, screen: screen.track };
  }

  /** The ids of the microphone and the camera that are open; null for one that is not. */
  get deviceIds(): DeviceIds {
    const { audio, video } = this.#slots;
    return { microphone: audio.deviceId, camera: video.deviceId };
  }

  /** The effect on the camera; null for none. While it is being started, it is here already. */
  get videoEffect(): VideoEffect | null {
    return this.#slots.video.effect;
  }

  /** Opens the microphone that was used last, or mutes it. */
  setMicrophone(on: boolean): Promise<void> {
    return this.#slots.audio.set(on);
  }

  /** Switches on the camera that was used last, or switches it off. @throws {PeerqlError} also `EFFECT_FAILED` */
  setCamera(on: boolean): Promise<void> {
    return this.#slots.video.set(on);
  }

  /** Switches to the microphone with this device id. It stays muted if the one before was. */
  switchMicrophone(deviceId: string): Promise<void> {
    return this.#slots.audio.use(deviceId);
  }

  /** Switches to the camera with this device id, and switches it on. @throws {PeerqlError} also `EFFECT_FAILED` */
  switchCamera(deviceId: string): Promise<void> {
    return this.#slots.video.use(deviceId);
  }

  /**
   * Changes the camera's picture by an effect from now on, or no more. Resolves when its picture is shown and sent, or at once
   * while the camera is off. The camera without it is never shown or sent meanwhile, unless it was before.
   * @throws {InvalidInputError} when it is no effect
   * @throws {PeerqlError} `EFFECT_FAILED`: the effect before, or none, stays in use; the `cause` says why; `ENDED`
   */
  async setVideoEffect(effect: VideoEffect | null): Promise<void> {
    requireOptions({ effect: effectProblem(effect) });
    await this.#slots.video.setEffect(effect);
  }

  /** Shares the screen, window or tab that the user chooses, or stops sharing. */
  setScreen(on: boolean): Promise<void> {
    return this.#slots.screen.set(on);
  }

  /** Whether it was stopped or released; it cannot be used any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether a call has it. Another call cannot use it as well: the first to end would stop it. */
  get taken(): boolean {
    return this.#taken;
  }

  /** A call has it now. */
  take(): void {
    this.#taken = true;
  }

  /** Gives the tracks back, still live, to whoever they came from. */
  release(): void {
    this.#ended = true;
    this.#stopWatching();
    for (const slot of Object.values(this.#slots)) slot.release();
  }

  /** Releases every device, for good. A call that has it goes on without media. */
  stop(): void {
    this.#ended = true;
    this.#stopWatching();
    const were = SLOTS.filter((slot) => this.#slots[slot].track !== null);
    for (const slot of Object.values(this.#slots)) slot.end();
    this.#screen = null;
    for (const track of this.stream.getTracks()) this.stream.removeTrack(track);
    for (const slot of were) this.emit('changed', slot);
  }

  #changed(slot: MediaSlot): void {
    const track = this.#slots[slot].track;
    if (slot === 'screen') this.#screen = track === null ? null : new MediaStream([track]);
    else {
      for (const before of this.stream.getTracks()) {
        if (before.kind === slot && before !== track) this.stream.removeTrack(before);
      }
      if (track !== null) this.stream.addTrack(track);
    }
    this.emit('changed', slot);
  }
}

/** Which kinds of media in a stream are on at this moment. */
export function mediaOf(stream: MediaStream | null): LocalMediaState {
  const on = (kind: 'audio' | 'video') => liveTrack(stream, kind)?.enabled === true;
  return { audio: on('audio'), video: on('video'), screen: false };
}

function liveTrack(stream: MediaStream | null, kind: 'audio' | 'video'): MediaStreamTrack | null {
  const tracks = stream?.getTracks() ?? [];
  return tracks.find((track) => track.kind === kind && track.readyState === 'live') ?? null;
}

async function openDevice(
  kind: 'audio' | 'video',
  constraints: MediaTrackConstraints,
  deviceId: string | null,
  orAnother: boolean,
): Promise<MediaStreamTrack> {
  const chosen = deviceId === null ? {} : { deviceId: { exact: deviceId } };
  try {
    return onlyTrack(await openMedia({ [kind]: { ...constraints, ...chosen } }));
  } catch (error) {
    // An OverconstrainedError is not a DOMException in every browser.
    const gone = error instanceof Error && MISSING.has(error.name);
    if (deviceId === null || !orAnother || !gone) throw error;
    return onlyTrack(await openMedia({ [kind]: constraints }));
  }
}

const MISSING = new Set(['NotFoundError', 'OverconstrainedError']);

async function openScreen(): Promise<MediaStreamTrack> {
  const devices = mediaDevices();
  if (typeof devices.getDisplayMedia !== 'function') {
    throw new PeerqlError('UNSUPPORTED', 'This browser cannot share its screen.');
  }
  const track = onlyTrack(await devices.getDisplayMedia({ video: true, audio: false }));
  // Text has to stay sharp, even at a lower frame rate.
  track.contentHint = 'detail';
  return track;
}

function onlyTrack(stream: MediaStream): MediaStreamTrack {
  const [track, ...others] = stream.getTracks();
  for (const other of others) other.stop();
  if (track === undefined) throw new DOMException('There is no track.', 'NotFoundError');
  return track;
}
