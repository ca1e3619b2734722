import type { CallSnapshot } from '../../client/index.ts';
import { h } from '../dom.ts';
import { icon } from '../icons.ts';
import { toggleButton } from '../toggle.ts';

/** The switches below the pictures. */
export interface Dock {
  readonly element: HTMLElement;
  draw(snapshot: CallSnapshot): void;
}

export function dock(
  flip: Readonly<Record<'microphone' | 'camera' | 'screen', () => void>>,
  leave: () => void,
): Dock {
  const microphone = toggleButton('microphone', 'M', flip.microphone);
  const camera = toggleButton('camera', 'V', flip.camera);
  const screen = toggleButton('screen', 'S', flip.screen);
  screen.element.hidden = navigator.mediaDevices?.getDisplayMedia === undefined;
  return {
    element: h(
      'footer.dock',
      {},
      microphone.element,
      camera.element,
      screen.element,
      h(
        'button.round.danger',
        {
          type: 'button',
          'data-testid': 'leave',
          title: 'Leave the call',
          'aria-label': 'Leave the call',
          click: leave,
        },
        icon('leave'),
      ),
    ),
    draw({ self }) {
      microphone.set(self.media.audio);
      camera.set(self.media.video);
      screen.set(self.media.screen);
    },
  };
}
