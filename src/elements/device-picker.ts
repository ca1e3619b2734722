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
  /** Opens a list of the browser; null where there is none. */
  readonly pick: (() => void) | null;
}

const NAMES = { audioinput: 'microphone', videoinput: 'camera', audiooutput: 'speaker' } as const;

/** What to call a kind of device. */
export function deviceLabel(kind: MediaDeviceKind, { devices }: ElementMessages): string {
  return devices[NAMES[kind]];
}

/** A list to choose a device from, or a button for the browser's own list; null if there is no choice. */
export function devicePicker(choice: DeviceChoice, words: ElementMessages): TemplateResult | null {
  const { kind, devices, current, use, pick } = choice;
  if (pick !== null) {
    return html`<button part="choice" class="pick" type="button" data-testid=${`pick-${kind}`} @click=${pick}>
      ${nameOf(current, devices) || words.devices.pickSpeaker}
    </button>`;
  }
  if (devices.length < 2) return null;
  const label = deviceLabel(kind, words);
  const optionOf = ({ deviceId, label: name }: Device, index: number) =>
    name || (deviceId === '' ? words.devices.systemDefault : `${label} ${index + 1}`);
  const choose = ({ target }: Event) => {
    if (target instanceof HTMLSelectElement) use(target.value);
  };
  return html`
    <select part="choice" aria-label=${label} data-testid=${`choose-${kind}`} @change=${choose}>
      ${devices.map(
        (device, index) =>
          html`<option value=${device.deviceId} .selected=${live(device.deviceId === current)}>${optionOf(device, index)}</option>`,
      )}
    </select>
  `;
}

/** The name of the device in use; empty while it has none. */
function nameOf(current: string | null, devices: readonly Device[]): string {
  return devices.find(({ deviceId }) => deviceId === current && deviceId !== '')?.label ?? '';
}
