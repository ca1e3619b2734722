import { type CallMedia, LocalMedia, PeerqlError } from '@peerql/client';
import { canChooseSpeaker } from './speaker.ts';

/** Why there is no microphone or camera, or not as it was wanted: the effect on the camera failed. */
export type DeviceProblem = 'denied' | 'missing' | 'busy' | 'insecure' | 'effect';

export interface Devices {
  /** The tracks that could be opened; empty if there are none. */
  readonly stream: MediaStream;
  /** What is wrong, if something could not be opened. */
  readonly problem: DeviceProblem | null;
}

/** A device to choose. The id of the system's default speaker may be empty. */
export type Device = Pick<MediaDeviceInfo, 'deviceId' | 'label'>;

type Wish = { audio?: MediaTrackConstraints | boolean; video?: MediaTrackConstraints | boolean };

const CAMERA: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 } };
const MICROPHONE: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

/** The microphone and the camera to open, by their ids. */
const preferred = new Map<MediaDeviceKind, string>();

/** Opens this microphone or camera from now on, and another one where it is not there. */
export function preferDevice(kind: 'audioinput' | 'videoinput', deviceId: string): void {
  preferred.set(kind, deviceId);
}

/** Opens microphone and camera, or whichever of them is available. Never throws. */
export function openDevices(): Promise<Devices> {
  const { audio, video } = wished();
  return openFirst([{ audio, video }, { audio }, { video }]);
}

/**
 * The devices for a call that begins now. It does not wait until they are open, unless the user has to allow them:
 * nobody is to talk to somebody who looks at a question of their browser.
 *
 * @param failed called when a device cannot be opened; the call goes on without it
 */
export async function devicesFor(
  media: CallMedia,
  failed: (problem: DeviceProblem) => void,
): Promise<LocalMedia> {
  const { audio, video } = wished();
  const wish: Wish = media === 'VIDEO' ? { audio, video } : { audio };
  if (navigator.mediaDevices === undefined || !(await isGranted(wish))) {
    const wishes = media === 'VIDEO' ? [wish, { audio }] : [wish];
    const { stream, problem } = await openFirst(wishes);
    if (problem !== null) failed(problem);
    return new LocalMedia(stream);
  }
  const own = new LocalMedia(null, video, audio);
  const opening = [own.setMicrophone(true), ...(media === 'VIDEO' ? [own.setCamera(true)] : [])];
  for (const one of opening) {
    one.catch((error: unknown) => {
      if (!own.ended) failed(problemOf(error));
    });
  }
  return own;
}

function wished(): {
  readonly audio: MediaTrackConstraints;
  readonly video: MediaTrackConstraints;
} {
  const chosen = (kind: MediaDeviceKind) => {
    const ideal = preferred.get(kind);
    return ideal === undefined ? {} : { deviceId: { ideal } };
  };
  return {
    audio: { ...MICROPHONE, ...chosen('audioinput') },
    video: { ...CAMERA, ...chosen('videoinput') },
  };
}

/** Opens what the first wish that can be granted asks for. */
async function openFirst(wishes: readonly Wish[]): Promise<Devices> {
  if (navigator.mediaDevices === undefined) {
    return { stream: new MediaStream(), problem: 'insecure' };
  }
  let problem: DeviceProblem | null = null;
  for (const wish of wishes) {
    if (problem === 'denied' && !(await isGranted(wish))) continue;
    try {
      return { stream: await navigator.mediaDevices.getUserMedia(wish), problem };
    } catch (error) {
      problem ??= problemOf(error);
    }
  }
  return { stream: new MediaStream(), problem };
}

/** The devices to choose from. They have labels only after a device was opened. */
export async function listDevices(kind: MediaDeviceKind): Promise<MediaDeviceInfo[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.filter((device) => device.kind === kind && device.deviceId !== '');
}

/** The speakers to choose from, with the system's default first; none where the browser lets nobody choose. */
export async function listSpeakers(): Promise<Device[]> {
  const found = canChooseSpeaker() ? await listDevices('audiooutput') : [];
  // Chromium lists the default as a device of its own.
  if (found.length === 0 || found.some(({ deviceId }) => deviceId === 'default')) return found;
  return [{ deviceId: '', label: '' }, ...found];
}

/** The meaning of a failure of getUserMedia, or of a call's devices. */
export function problemOf(error: unknown): DeviceProblem {
  if (error instanceof PeerqlError && error.code === 'INSECURE_ORIGIN') return 'insecure';
  if (error instanceof PeerqlError && error.code === 'EFFECT_FAILED') return 'effect';
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  return 'missing';
}

/** Checks without a prompt, so that a user who said no is not asked again. */
async function isGranted(wish: Wish): Promise<boolean> {
  const names = [wish.audio && 'microphone', wish.video && 'camera'].filter(Boolean);
  try {
    const states = await Promise.all(
      names.map((name) => navigator.permissions.query({ name: name as PermissionName })),
    );
    return states.every(({ state }) => state === 'granted');
  } catch {
    return false;
  }
}
