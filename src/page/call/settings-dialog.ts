import { html, render } from 'lit';
import type { Call, PeerStatistics } from '../../client/index.ts';
import { type DeviceChoice, deviceLabel, devicePicker } from '../../elements/device-picker.ts';
import { listDevices, listSpeakers } from '../../elements/devices.ts';
import {
  canPickSpeaker,
  chooseSpeaker,
  pickSpeaker,
  speakerInUse,
} from '../../elements/speaker.ts';
import { type Dialog, dialog } from '../dialog.ts';
import { h } from '../dom.ts';
import { keepDevice } from '../kept-devices.ts';
import { texts } from '../messages/language.ts';
import { QUALITY_WORDS } from '../words.ts';
import type { RoomSettings } from './room-settings.ts';

/** Devices and connections of a call. */
export interface SettingsDialog extends Dialog {
  readonly dispose: () => void;
}

/**
 * @param attempt runs a change of devices, and reports a failure
 * @param room the settings that the owner may change
 */
export function settingsDialog(
  call: Call,
  attempt: (change: Promise<void>) => void,
  room: Pick<RoomSettings, 'element'>,
): SettingsDialog {
  const devices = h('div.rows');
  const connections = h('div.rows', { 'data-testid': 'connections' });

  const use = (kind: MediaDeviceKind, deviceId: string, change: Promise<void>) => {
    attempt(change.then(() => keepDevice(kind, deviceId)));
  };
  const useSpeaker = async (chosen: Promise<string>) => {
    try {
      keepDevice('audiooutput', await chosen);
    } catch {
      // Unplugged a moment ago, or none was chosen: the list then shows what is in use.
    }
    await fill();
  };

  const fill = async () => {
    const { microphone, camera } = call.deviceIds;
    const [microphones, cameras, speakers] = await Promise.all([
      listDevices('audioinput'),
      listDevices('videoinput'),
      listSpeakers(),
    ]);
    const choices: readonly DeviceChoice[] = [
      {
        kind: 'audioinput',
        devices: microphones,
        current: microphone,
        use: (id) => use('audioinput', id, call.switchMicrophone(id)),
        pick: null,
      },
      {
        kind: 'videoinput',
        devices: cameras,
        current: camera,
        use: (id) => use('videoinput', id, call.switchCamera(id)),
        pick: null,
      },
      {
        kind: 'audiooutput',
        devices: speakers,
        current: speakerInUse(),
        use: (id) => void useSpeaker(chooseSpeaker(id).then(() => id)),
        pick: canPickSpeaker() ? () => void useSpeaker(pickSpeaker()) : null,
      },
    ];
    // Where the browser lets nobody choose the speaker, it lists none.
    const shown = choices.filter(
      ({ kind, devices, pick }) => kind !== 'audiooutput' || devices.length > 0 || pick !== null,
    );
    render(
      shown.map(
        (choice) => html`<div class="row">
          <span>${deviceLabel(choice.kind, texts)}</span>
          ${devicePicker(choice, texts) ?? html`<span class="soft">${texts.devices.onlyOne}</span>`}
        </div>`,
      ),
      devices,
    );
  };

  const drawConnections = () => {
    if (!made.element.open) return;
    const { participants } = call.snapshot;
    const rows = participants.map(({ id, user, quality }) =>
      h(
        'div.row',
        { 'data-testid': 'connection', 'data-name': user.name },
        h('bdi', {}, user.name),
        h('span.soft', {}, QUALITY_WORDS[quality], h('br'), measured(call.statistics(id))),
      ),
    );
    const alone = h('p.soft', {}, texts.connections.nobody);
    connections.replaceChildren(...(rows.length === 0 ? [alone] : rows));
  };

  const made = dialog(
    'settings',
    texts.call.settings,
    [
      h('section', {}, h('h3', {}, texts.devicesTitle), devices),
      room.element,
      h('section', {}, h('h3', {}, texts.connections.title), connections),
    ],
    () => {
      void fill();
      // The dialog is open only after this function returns.
      queueMicrotask(drawConnections);
    },
  );
  const refill = () => void fill();
  navigator.mediaDevices?.addEventListener('devicechange', refill);
  const stop = call.on('statistics', drawConnections);
  return {
    ...made,
    dispose: () => {
      stop();
      navigator.mediaDevices?.removeEventListener('devicechange', refill);
    },
  };
}

function measured(statistics: PeerStatistics | null): string {
  if (statistics === null) return '';
  const { route, roundTripMs, inboundLoss, inboundBitrate, outboundBitrate } = statistics;
  const words = [
    routeWords(route),
    roundTripMs === null ? null : `${roundTripMs} ms`,
    texts.connections.lost((inboundLoss * 100).toFixed(1)),
    `↓ ${megabits(inboundBitrate)}, ↑ ${megabits(outboundBitrate)} Mbit/s`,
  ];
  return words.filter((word) => word !== null).join(' · ');
}

function routeWords(route: PeerStatistics['route']): string | null {
  if (route === 'relayed') return texts.connections.relayed;
  return route === 'direct' ? texts.connections.direct : null;
}

function megabits(bits: number): string {
  return (bits / 1_000_000).toFixed(1);
}
