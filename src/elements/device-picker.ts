import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Device } from './devices.ts';
import type { ElementMessages } from './messages/english.ts';

/** Which kind of device to choose, and what to do with the choice. */
export interface DeviceChoice {
  readonly kind: MediaDeviceKind;
  readonly devices: readonly Device[];
  /** The device in use, if there is one. */
  readonly current: string | null;
  readonly use: (deviceId: string) => void;
}

const NAMES = { audioinput: 'microphone', videoinput: 'camera', audiooutput: 'speaker' } as const;

/** What to call a kind of device. */
export function deviceLabel(kind: MediaDeviceKind, { devices }: ElementMessages): string {
  return devices[NAMES[kind]];
}

/** A list to choose a device from; null if there is no choice. */
export function devicePicker(choice: DeviceChoice, words: ElementMessages): TemplateResult | null {
  const { kind, devices, current, use } = choice;
  if (devices.length < 2) return null;
  const label = deviceLabel(kind, words);
  const nameOf = ({ deviceId, label: name }: Device, index: number) =>
    name || (deviceId === '' ? words.devices.systemDefault : `${label} ${index + 1}`);
  const choose = ({ target }: Event) => {
    if (target instanceof HTMLSelectElement) use(target.value);
  };
  return html`
    <select part="choice" aria-label=${label} data-testid=${`choose-${kind}`} @change=${choose}>
      ${devices.map(
        (device, index) =>
          html`<option value=${device.deviceId} .selected=${live(device.deviceId === current)}>${nameOf(device, index)}</option>`,
      )}
    </select>
  `;
}
