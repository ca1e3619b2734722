import type { CallSnapshot } from '../../client/index.ts';
import { h, setAttribute, setText } from '../dom.ts';
import { icon } from '../icons.ts';
import { texts } from '../messages/language.ts';
import { toggleButton } from '../toggle.ts';

/** The switches below the pictures. */
export interface Dock {
  readonly element: HTMLElement;
  draw(snapshot: CallSnapshot, chatIsOpen: boolean, unread: number): void;
}

interface Actions {
  readonly microphone: () => void;
  readonly camera: () => void;
  readonly screen: () => void;
  readonly hand: () => void;
  readonly chat: () => void;
  readonly leave: () => void;
}

export function dock(actions: Actions): Dock {
  const microphone = toggleButton('microphone', 'M', actions.microphone);
  const camera = toggleButton('camera', 'V', actions.camera);
  const screen = toggleButton('screen', 'S', actions.screen);
  const hand = toggleButton('hand', 'H', actions.hand);
  screen.element.hidden = navigator.mediaDevices?.getDisplayMedia === undefined;
  const badge = h('span.badge', { hidden: true, 'data-testid': 'unread' });
  const chat = h(
    'button.round.toggle',
    {
      type: 'button',
      'data-testid': 'open-chat',
      title: `${texts.call.chat} (C)`,
      click: actions.chat,
    },
    icon('chat'),
    badge,
  );
  return {
    element: h(
      'footer.dock',
      {},
      microphone.element,
      camera.element,
      screen.element,
      hand.element,
      chat,
      h(
        'button.round.danger',
        {
          type: 'button',
          'data-testid': 'leave',
          title: texts.call.leave,
          'aria-label': texts.call.leave,
          click: actions.leave,
        },
        icon('leave'),
      ),
    ),
    draw({ self }, chatIsOpen, unread) {
      microphone.set(self.media.audio);
      camera.set(self.media.video);
      screen.set(self.media.screen);
      hand.set(self.handRaised);
      badge.hidden = unread === 0;
      setText(badge, unread > 9 ? '9+' : String(unread));
      setAttribute(
        chat,
        'aria-label',
        unread === 0 ? texts.call.chat : texts.call.chatUnread(unread),
      );
      setAttribute(chat, 'aria-expanded', String(chatIsOpen));
    },
  };
}
