import { DeviceSlot } from './device-slot.ts';
import { Emitter } from './emitter.ts';
import { PeerqlError } from './errors.ts';
import type { MediaStateInput } from './generated/graphql.ts';
import { onShown } from './network.ts';
import type { MediaSlot } from './peer.ts';

/** What is on, of this participant's own media. */
export type LocalMediaState = Required<{ [Key in keyof MediaStateInput]: boolean }>;

/** A browser gives a capture back by itself soon after its page is shown again, or not at all. */
const GIVEN_BACK_MS = 1_000;

const CAMERA: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 } };

/**
 * Microphone, camera and screen of one's own, in a stream of their own: those of a call, or before it, for a look in the
 * mirror, and then the call's by `localMedia` of its options. A muted microphone stays open, so that it is back at once; a
 * camera that is off is let go of, so that its light is off too. Each of the three does what was asked last: where a later
 * command overtakes one that is under way, the earlier resolves without effect, and a device that comes late is let go of
 * at once. Every method that answers a promise rejects with `ENDED` after the end, with the browser's `DOMException` where a
 * device cannot be had, and with `INSECURE_ORIGIN` or `UNSUPPORTED` where the browser gives none.
 */
export class LocalMedia extends Emitter<{
  /** Another track, or none, is to be sent in this slot, or the one in it was muted or opened. */
  changed: MediaSlot;
}> {
  /** Microphone and camera, to show to oneself. Always the same object; its tracks come and go. */
  readonly stream = new MediaStream();
  readonly #slots: Readonly<Record<MediaSlot, DeviceSlot>>;
  readonly #stopWatching: () => void;
  #ended = false;
  #screen: MediaStream | null = null;

  /**
   * @param given takes its first microphone and its first camera that are live; what else is in it, or comes into it
   * later, stays its owner's
   * @param camera what a camera that is opened later is asked for
   */
  constructor(given: MediaStream | null = null, camera: MediaTrackConstraints = CAMERA) {
    super();
    this.#slots = {
      audio: new DeviceSlot({
        open: (id, orAnother) => openDevice('audio', {}, id, orAnother),
        off: 'mute',
        changed: () => this.#changed('audio'),
      }),
      video: new DeviceSlot({
        open: (id, orAnother) => openDevice('video', camera, id, orAnother),
        off: 'stop',
        changed: () => this.#changed('video'),
      }),
      screen: new DeviceSlot({
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

  /** What is shared of the screen, to show to oneself; null when nothing is. */
  get screen(): MediaStream | null {
    return this.#screen;
  }

  get state(): LocalMediaState {
    const { audio, video, screen } = this.#slots;
    return { audio: audio.on, video: video.on, screen: screen.on };
  }

  /** What is to be sent now, for each slot. */
  get tracks(): Record<MediaSlot, MediaStreamTrack | null> {
    const { audio, video, screen } = this.#slots;
    return { audio: audio.track, video: video.track, screen: screen.track };
  }

  /** Opens the microphone, the one that was there last, or mutes it. */
  setMicrophone(on: boolean): Promise<void> {
    return this.#slots.audio.set(on);
  }

  /** Switches the camera on, the one that was there last, or off. */
  setCamera(on: boolean): Promise<void> {
    return this.#slots.video.set(on);
  }

  /** Takes the microphone with this device id; muted where the one before was. */
  switchMicrophone(deviceId: string): Promise<void> {
    return this.#slots.audio.use(deviceId);
  }

  /** Takes the camera with this device id, and switches it on. */
  switchCamera(deviceId: string): Promise<void> {
    return this.#slots.video.use(deviceId);
  }

  /** Shares what the user chooses of the screen, or nothing any more. */
  setScreen(on: boolean): Promise<void> {
    return this.#slots.screen.set(on);
  }

  /** Whether it is over: it can be used for nothing any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Gives the tracks back as they are, to whoever they came from. */
  release(): void {
    this.#ended = true;
    this.#stopWatching();
    for (const slot of Object.values(this.#slots)) slot.release();
  }

  /** Lets go of every device, for good. */
  stop(): void {
    this.#ended = true;
    this.#stopWatching();
    for (const slot of Object.values(this.#slots)) slot.end();
    this.#screen = null;
    for (const track of this.stream.getTracks()) this.stream.removeTrack(track);
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

/** What a stream holds at this moment that is on. */
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
  const devices = mediaDevices();
  const chosen = deviceId === null ? {} : { deviceId: { exact: deviceId } };
  try {
    return onlyTrack(await devices.getUserMedia({ [kind]: { ...constraints, ...chosen } }));
  } catch (error) {
    // An OverconstrainedError is no DOMException everywhere.
    const gone = error instanceof Error && MISSING.has(error.name);
    if (deviceId === null || !orAnother || !gone) throw error;
    return onlyTrack(await devices.getUserMedia({ [kind]: constraints }));
  }
}

const MISSING = new Set(['NotFoundError', 'OverconstrainedError']);

async function openScreen(): Promise<MediaStreamTrack> {
  const devices = mediaDevices();
  if (typeof devices.getDisplayMedia !== 'function') {
    throw new PeerqlError('UNSUPPORTED', 'This browser cannot share its screen.');
  }
  const track = onlyTrack(await devices.getDisplayMedia({ video: true, audio: false }));
  // Text has to stay sharp, also where that costs frames.
  track.contentHint = 'detail';
  return track;
}

function onlyTrack(stream: MediaStream): MediaStreamTrack {
  const [track, ...others] = stream.getTracks();
  for (const other of others) other.stop();
  if (track === undefined) throw new DOMException('There is no track.', 'NotFoundError');
  return track;
}

/** @throws {PeerqlError} `INSECURE_ORIGIN`, `UNSUPPORTED` */
function mediaDevices(): MediaDevices {
  const { mediaDevices } = navigator;
  if (mediaDevices !== undefined) return mediaDevices;
  throw isSecureContext
    ? new PeerqlError(
        'UNSUPPORTED',
        'This browser has no cameras, microphones and screens to give.',
      )
    : new PeerqlError(
        'INSECURE_ORIGIN',
        'Browsers give cameras, microphones and screens only to pages of https: and of localhost.',
      );
}
