import type { App } from './app.ts';
import { type DeviceChoice, devicePicker } from './device-picker.ts';
import { openDevice, openDevices, PROBLEM_WORDS } from './devices.ts';
import { h } from './dom.ts';
import { texts } from './messages/language.ts';
import { toggleButton } from './toggle.ts';

/** One's own picture before a call, with the switches and the choice of devices. */
export interface Preview {
  readonly element: HTMLElement;
  /** What would be sent. Its tracks change with the choices. */
  readonly stream: MediaStream;
  /** Stops watching for devices. The tracks are left as they are. */
  readonly dispose: () => void;
}

export function preview(stream: MediaStream, app: App): Preview {
  const video = h('video', { autoplay: true, playsinline: true, 'data-testid': 'preview' });
  video.muted = true;
  video.srcObject = stream;
  const off = h('p.mirror-off', {}, texts.lobby.cameraOff);
  const microphone = toggleButton('microphone', 'M', () => void setMicrophone());
  const camera = toggleButton('camera', 'V', () => void setCamera());
  const choices = h('div.choices');

  const track = (kind: 'audio' | 'video') =>
    stream.getTracks().find((candidate) => candidate.kind === kind) ?? null;

  const draw = () => {
    const shown = track('video') !== null;
    video.hidden = !shown;
    off.hidden = shown;
    microphone.set(track('audio')?.enabled === true);
    camera.set(shown);
  };

  const swap = (kind: 'audio' | 'video', next: MediaStreamTrack | null) => {
    const before = track(kind);
    if (before !== null) {
      before.stop();
      stream.removeTrack(before);
      if (next !== null) next.enabled = before.enabled;
    }
    if (next !== null) stream.addTrack(next);
    draw();
  };

  const reopen = async (kind: 'audio' | 'video') => {
    const { stream: opened, problem } = await openDevices();
    for (const other of opened.getTracks()) if (other.kind !== kind) other.stop();
    const next = opened.getTracks().find((candidate) => candidate.kind === kind) ?? null;
    if (next === null && problem !== null) app.toast(PROBLEM_WORDS[problem].title);
    swap(kind, next);
    await fill();
  };

  const setMicrophone = async () => {
    const current = track('audio');
    if (current === null) return reopen('audio');
    current.enabled = !current.enabled;
    draw();
  };

  const setCamera = async () => {
    if (track('video') === null) return reopen('video');
    swap('video', null);
  };

  const picker = (kind: DeviceChoice['kind'], label: string, media: 'audio' | 'video') =>
    devicePicker({
      kind,
      label,
      current: track(media)?.getSettings().deviceId,
      use: (deviceId) =>
        void openDevice(media, deviceId).then((next) => {
          if (next !== null) swap(media, next);
        }),
    });

  const fill = async () => {
    const pickers = await Promise.all([
      picker('audioinput', texts.devices.microphone, 'audio'),
      picker('videoinput', texts.devices.camera, 'video'),
    ]);
    choices.replaceChildren(...pickers.filter((element) => element !== null));
  };

  draw();
  void fill();
  const refill = () => void fill();
  navigator.mediaDevices?.addEventListener('devicechange', refill);
  return {
    stream,
    dispose: () => navigator.mediaDevices?.removeEventListener('devicechange', refill),
    element: h(
      'div.mirror-inner',
      {},
      h(
        'div.mirror-frame',
        {},
        off,
        video,
        h('div.mirror-switches', {}, microphone.element, camera.element),
      ),
      choices,
    ),
  };
}
