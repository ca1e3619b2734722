import type { LocalMedia } from '../client/index.ts';
import { type DeviceChoice, devicePicker } from './device-picker.ts';
import { h } from './dom.ts';
import { texts } from './messages/language.ts';
import { toggleButton } from './toggle.ts';

/** The user's own video before a call, with the switches and the choice of devices. */
export interface Preview {
  readonly element: HTMLElement;
  /** Stops watching for devices, and leaves them as they are. */
  readonly dispose: () => void;
}

/**
 * @param media the devices, which the call takes over at the join
 * @param attempt runs a change of devices, and reports a failure
 */
export function preview(media: LocalMedia, attempt: (change: Promise<void>) => void): Preview {
  const video = h('video', { autoplay: true, playsinline: true, 'data-testid': 'preview' });
  video.muted = true;
  video.srcObject = media.stream;
  const off = h('p.mirror-off', {}, texts.lobby.cameraOff);
  const microphone = toggleButton('microphone', 'M', () =>
    attempt(media.setMicrophone(!media.state.audio)),
  );
  const camera = toggleButton('camera', 'V', () => attempt(media.setCamera(!media.state.video)));
  const choices = h('div.choices');

  const draw = () => {
    const { audio, video: shown } = media.state;
    video.hidden = !shown;
    off.hidden = shown;
    microphone.set(audio);
    camera.set(shown);
  };

  const picker = (
    kind: DeviceChoice['kind'],
    label: string,
    track: MediaStreamTrack | null,
    use: DeviceChoice['use'],
  ) => devicePicker({ kind, label, current: track?.getSettings().deviceId, use });

  const fill = async () => {
    const { audio, video: picture } = media.tracks;
    const pickers = await Promise.all([
      picker('audioinput', texts.devices.microphone, audio, (id) =>
        attempt(media.switchMicrophone(id)),
      ),
      picker('videoinput', texts.devices.camera, picture, (id) => attempt(media.switchCamera(id))),
    ]);
    choices.replaceChildren(...pickers.filter((element) => element !== null));
  };

  draw();
  void fill();
  const refill = () => void fill();
  const stop = media.on('changed', () => {
    draw();
    // Devices have labels only after one was opened. An open list is not replaced.
    if (!choices.contains(document.activeElement)) refill();
  });
  navigator.mediaDevices?.addEventListener('devicechange', refill);
  return {
    dispose: () => {
      stop();
      navigator.mediaDevices?.removeEventListener('devicechange', refill);
    },
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
