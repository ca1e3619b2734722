import { html, type TemplateResult } from 'lit';
import { CAMERA, CAMERA_OFF, icon, MICROPHONE, MICROPHONE_OFF } from './icons.ts';
import type { ElementMessages } from './messages/english.ts';

const LOOKS = {
  microphone: { on: MICROPHONE, off: MICROPHONE_OFF },
  camera: { on: CAMERA, off: CAMERA_OFF },
} as const;

/** A round button that switches a device on and off. Its label says what pressing it does. */
export function toggleButton(
  kind: keyof typeof LOOKS,
  on: boolean,
  { toggles }: ElementMessages,
  press: () => void,
): TemplateResult {
  const { turnOn, turnOff } = toggles[kind];
  const label = on ? turnOff : turnOn;
  return html`
    <button
      class="round toggle"
      part="toggle"
      type="button"
      data-testid=${`toggle-${kind}`}
      data-on=${String(on)}
      aria-label=${label}
      title=${label}
      @click=${press}
    >
      ${icon(LOOKS[kind][on ? 'on' : 'off'])}
    </button>
  `;
}
