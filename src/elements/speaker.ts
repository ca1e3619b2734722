/** What can be told where to sound: a media element, and in some browsers an `AudioContext`. */
export interface Output {
  readonly sinkId: unknown;
  setSinkId(deviceId: string): Promise<void>;
}

/** Firefox shows a list of its own, and tells a page of no speaker that was not chosen there. */
type PickingDevices = MediaDevices & { selectAudioOutput?: () => Promise<MediaDeviceInfo> };

/** What plays on the speaker that the user has chosen. */
const outputs = new Set<Output>();
/** The device that the user has chosen last; empty for the system's default. */
let chosen = '';
/** The device in use, which is the default while the chosen one is unplugged. */
let used = '';
let isWatching = false;

/** Whether the browser lets a page choose where it plays: Safari does not, nor does Firefox before 116. */
export function canChooseSpeaker(): boolean {
  return typeof HTMLMediaElement === 'function' && 'setSinkId' in HTMLMediaElement.prototype;
}

/** Whether the browser has a list of its own to choose a speaker from. */
export function canPickSpeaker(): boolean {
  return picking()?.selectAudioOutput !== undefined;
}

/**
 * Lets the user choose in the browser's own list, and plays the sound of all elements there; resolves to the id. Call it while
 * a press of the user is handled.
 *
 * @throws {DOMException} of `selectAudioOutput`, such as `NotAllowedError` when the user chooses none
 */
export async function pickSpeaker(): Promise<string> {
  const picked = await picking()?.selectAudioOutput?.();
  if (picked === undefined) {
    throw new DOMException('This browser has no such list.', 'NotSupportedError');
  }
  await chooseSpeaker(picked.deviceId);
  return picked.deviceId;
}

/** The id of the speaker in use; empty for the system's default. */
export function speakerInUse(): string {
  return used;
}

/**
 * Plays the sound of all elements on this device, for as long as the page is open. While it is unplugged, the system's
 * default plays. The last choice wins. See Audio Output Devices API, W3C.
 *
 * @param deviceId of an `audiooutput`; empty for the system's default
 * @throws {DOMException} `NotSupportedError`, see {@link canChooseSpeaker}; of `setSinkId`, when there is no such device or it
 * is not allowed; the one before stays in use
 */
export async function chooseSpeaker(deviceId: string): Promise<void> {
  if (!canChooseSpeaker()) {
    throw new DOMException('Here the system chooses the speaker.', 'NotSupportedError');
  }
  const before = chosen;
  chosen = deviceId;
  try {
    // Tried where nothing is heard, so that a device that does not work silences nobody.
    await new Audio().setSinkId(deviceId);
  } catch (error) {
    if (chosen === deviceId) chosen = before;
    throw error;
  }
  if (chosen !== deviceId) return;
  playOn(deviceId);
  if (isWatching) return;
  isWatching = true;
  navigator.mediaDevices.addEventListener('devicechange', () => void replug());
}

/** Plays this on the chosen speaker, too, until {@link unfollowSpeaker}. */
export function followSpeaker(element: Output): void {
  outputs.add(element);
  if (canChooseSpeaker() && element.sinkId !== used) route(element);
}

export function unfollowSpeaker(element: Output): void {
  outputs.delete(element);
}

async function replug(): Promise<void> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const isThere = devices.some(
    ({ kind, deviceId }) => kind === 'audiooutput' && deviceId === chosen,
  );
  playOn(isThere ? chosen : '');
}

function playOn(deviceId: string): void {
  used = deviceId;
  for (const element of outputs) route(element);
}

function route(element: Output): void {
  // Unplugged a moment ago: the event that says so follows.
  element.setSinkId(used).catch(() => {});
}

function picking(): PickingDevices | undefined {
  return navigator.mediaDevices;
}
