import type { Call, PeerStatistics } from '../../client/index.ts';
import { type DeviceChoice, devicePicker } from '../device-picker.ts';
import { type Dialog, dialog } from '../dialog.ts';
import { h } from '../dom.ts';
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

  const fill = async () => {
    const { microphone, camera } = call.deviceIds;
    const choices: readonly DeviceChoice[] = [
      {
        kind: 'audioinput',
        label: texts.devices.microphone,
        current: microphone,
        use: (id) => attempt(call.switchMicrophone(id)),
      },
      {
        kind: 'videoinput',
        label: texts.devices.camera,
        current: camera,
        use: (id) => attempt(call.switchCamera(id)),
      },
    ];
    const rows = await Promise.all(
      choices.map(async (choice) => {
        const picker = await devicePicker(choice);
        const none = h('span.soft', {}, texts.devices.onlyOne);
        return h('div.row', {}, h('span', {}, choice.label), picker ?? none);
      }),
    );
    devices.replaceChildren(...rows);
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
