import { h } from './dom.ts';
import { type IconName, icon } from './icons.ts';
import { texts } from './messages/language.ts';

const LOOKS: Readonly<
  Record<'microphone' | 'camera' | 'screen' | 'hand', { on: IconName; off: IconName }>
> = {
  microphone: { on: 'microphone', off: 'microphoneOff' },
  camera: { on: 'camera', off: 'cameraOff' },
  screen: { on: 'screen', off: 'screen' },
  hand: { on: 'hand', off: 'hand' },
};

/** A round toggle button whose label says what pressing it does. */
export interface Toggle {
  readonly element: HTMLButtonElement;
  readonly set: (on: boolean) => void;
}

/** @param key the shortcut to show for it; null for none */
export function toggleButton(
  kind: keyof typeof LOOKS,
  key: string | null,
  press: () => void,
): Toggle {
  const looks = LOOKS[kind];
  // These are off at first: turning them on is a request, and off is not shown as a warning.
  const asking = kind === 'screen' || kind === 'hand';
  const element = h(asking ? 'button.round.toggle.asking' : 'button.round.toggle', {
    type: 'button',
    'data-testid': `toggle-${kind}`,
    click: press,
  });
  let shown: boolean | null = null;
  const set = (on: boolean) => {
    if (on === shown) return;
    shown = on;
    const { turnOn, turnOff } = texts.toggles[kind];
    const label = on ? turnOff : turnOn;
    element.replaceChildren(icon(on ? looks.on : looks.off));
    element.dataset.on = String(on);
    element.setAttribute('aria-label', label);
    element.title = key === null ? label : `${label} (${key})`;
  };
  set(false);
  return { element, set };
}
