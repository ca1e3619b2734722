import { listDevices } from '../elements/devices.ts';
import { h } from './dom.ts';

/** Which kind of device to choose, and what to do with the choice. */
export interface DeviceChoice {
  readonly kind: 'audioinput' | 'videoinput';
  readonly label: string;
  /** The device in use, if there is one; null otherwise. */
  readonly current: string | null;
  readonly use: (deviceId: string) => void;
}

/** A list to choose a device from; null if there is no choice. */
export async function devicePicker(choice: DeviceChoice): Promise<HTMLSelectElement | null> {
  const { kind, label, current, use } = choice;
  const devices = await listDevices(kind);
  if (devices.length < 2) return null;
  const select = h(
    'select',
    {
      'aria-label': label,
      'data-testid': `choose-${kind}`,
      change: () => use(select.value),
    },
    ...devices.map((device, index) =>
      h(
        'option',
        { value: device.deviceId, selected: device.deviceId === current },
        device.label || `${label} ${index + 1}`,
      ),
    ),
  );
  return select;
}
