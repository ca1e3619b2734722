import { html, type TemplateResult } from 'lit';
import { CAMERA, CAMERA_OFF, HAND, icon, MICROPHONE, MICROPHONE_OFF, SCREEN } from './icons.ts';
import type { ElementMessages } from './messages/english.ts';

const LOOKS = {
  microphone: { on: MICROPHONE, off: MICROPHONE_OFF, asking: false },
  camera: { on: CAMERA, off: CAMERA_OFF, asking: false },
  // These are off at first: turning them on is a request, and off is not shown as a warning.
  screen: { on: SCREEN, off: SCREEN, asking: true },
  hand: { on: HAND, off: HAND, asking: true },
} as const;

/**
 * A round button that switches something on and off. Its label says what pressing it does.
 *
 * @param titleOf makes of the label what is shown while the pointer rests on it
 */
export function toggleButton(
  kind: keyof typeof LOOKS,
  on: boolean,
  { toggles }: ElementMessages,
  press: () => void,
  titleOf: (label: string) => string = (label) => label,
): TemplateResult {
  const { turnOn, turnOff } = toggles[kind];
  const label = on ? turnOff : turnOn;
  const looks = LOOKS[kind];
  return html`
    <button
      class=${looks.asking ? 'round toggle asking' : 'round toggle'}
      part="toggle ${kind}"
      type="button"
      data-testid=${`toggle-${kind}`}
      data-on=${String(on)}
      aria-label=${label}
      title=${titleOf(label)}
      @click=${press}
    >
      ${icon(looks[on ? 'on' : 'off'])}
    </button>
  `;
}
