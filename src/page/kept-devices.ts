import { preferDevice } from '../elements/devices.ts';
import { chooseSpeaker } from '../elements/speaker.ts';

const STORED = 'peerql-devices';

type Kept = Partial<Record<MediaDeviceKind, string>>;

/** Uses the devices that were chosen on an earlier visit, and keeps those that are chosen from now on. */
export function restoreDevices(): void {
  const { audioinput, videoinput } = kept();
  if (audioinput !== undefined) preferDevice('audioinput', audioinput);
  if (videoinput !== undefined) preferDevice('videoinput', videoinput);
  void restoreSpeaker();
  document.addEventListener('peerql-device-chosen', ({ detail }) => {
    keepDevice(detail.kind, detail.deviceId);
  });
}

/** Plays on the speaker that was chosen on an earlier visit. Before a device is open, a browser may not know it. */
export async function restoreSpeaker(): Promise<void> {
  const { audiooutput } = kept();
  if (audiooutput !== undefined) await chooseSpeaker(audiooutput).catch(() => {});
}

export function keepDevice(kind: MediaDeviceKind, deviceId: string): void {
  if (kind !== 'audiooutput') preferDevice(kind, deviceId);
  try {
    localStorage.setItem(STORED, JSON.stringify({ ...kept(), [kind]: deviceId }));
  } catch {
    // Storage may be blocked; then the choice is not remembered.
  }
}

function kept(): Kept {
  const found: Kept = {};
  try {
    const stored: Readonly<Record<string, unknown>> = Object(
      JSON.parse(localStorage.getItem(STORED) ?? '{}'),
    );
    for (const kind of ['audioinput', 'videoinput', 'audiooutput'] as const) {
      const deviceId = stored[kind];
      if (typeof deviceId === 'string') found[kind] = deviceId;
    }
  } catch {
    // Blocked, or not written by this page.
  }
  return found;
}
