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

const MISSING: ReadonlySet<string> = new Set(['NotFoundError', 'OverconstrainedError']);
/** The microphone and the camera to open, by their ids. */
const preferred = new Map<MediaDeviceKind, string>();

/** Opens this microphone or camera from now on, and another one where it is not there. */
export function preferDevice(kind: 'audioinput' | 'videoinput', deviceId: string): void {
  preferred.set(kind, deviceId);
}

/** Opens microphone and camera, or whichever of them is available. Never throws. */
export function openDevices(): Promise<Devices> {
  return openFirst([{ audio: true, video: CAMERA }, { audio: true }, { video: CAMERA }]);
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
  const wish: Wish = media === 'VIDEO' ? { audio: true, video: CAMERA } : { audio: true };
  if (navigator.mediaDevices === undefined || !(await isGranted(wish))) {
    const wishes = media === 'VIDEO' ? [wish, { audio: true }] : [wish];
    const { stream, problem } = await openFirst(wishes);
    if (problem !== null) failed(problem);
    return new LocalMedia(stream);
  }
  const own = new LocalMedia();
  const microphone = orAnother(
    'audioinput',
    (id) => own.switchMicrophone(id),
    () => own.setMicrophone(true),
  );
  const camera =
    media === 'VIDEO' &&
    orAnother(
      'videoinput',
      (id) => own.switchCamera(id),
      () => own.setCamera(true),
    );
  const opening = camera === false ? [microphone] : [microphone, camera];
  for (const one of opening) {
    one.catch((error: unknown) => {
      if (!own.ended) failed(problemOf(error));
    });
  }
  return own;
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
      return { stream: await openPreferred(wish), problem };
    } catch (error) {
      problem ??= problemOf(error);
    }
  }
  return { stream: new MediaStream(), problem };
}

/** Opens the devices that are preferred, as far as they are there. */
async function openPreferred({ audio, video }: Wish): Promise<MediaStream> {
  const [microphone, camera] = [preferred.get('audioinput'), preferred.get('videoinput')];
  // By `exact`, since Chromium takes any device where one is ideal.
  const of = (wish: Wish['audio'], deviceId: string | undefined): Wish['audio'][] =>
    wish === undefined || deviceId === undefined
      ? [wish]
      : [{ ...(typeof wish === 'object' ? wish : {}), deviceId: { exact: deviceId } }, wish];
  const tries = of(audio, microphone).flatMap((oneAudio) =>
    of(video, camera).map((oneVideo) => ({
      ...(oneAudio !== undefined && { audio: oneAudio }),
      ...(oneVideo !== undefined && { video: oneVideo }),
    })),
  );
  const last = tries.pop() ?? {};
  for (const one of tries) {
    try {
      return await navigator.mediaDevices.getUserMedia(one);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return await navigator.mediaDevices.getUserMedia(last);
}

/** Opens the device that is preferred, or another one where that is not there. */
async function orAnother(
  kind: MediaDeviceKind,
  open: (deviceId: string) => Promise<void>,
  openAny: () => Promise<void>,
): Promise<void> {
  const deviceId = preferred.get(kind);
  if (deviceId === undefined) return await openAny();
  try {
    await open(deviceId);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await openAny();
  }
}

function isMissing(error: unknown): boolean {
  // An OverconstrainedError is not a DOMException in every browser.
  return error instanceof Error && MISSING.has(error.name);
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
