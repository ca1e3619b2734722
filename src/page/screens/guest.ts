import type { App, Screen } from '../app.ts';
import { signOut } from '../header.ts';
import { texts } from '../messages/language.ts';
import { noticeScreen } from './notice.ts';

/** What a guest sees outside the one call that they are a guest of. */
export function guestScreen(app: App): Screen {
  return noticeScreen(app, {
    kind: 'guest',
    icon: 'people',
    title: texts.guest.title,
    text: texts.guest.text,
    actions: [
      { label: texts.header.signOut, testId: 'sign-out-guest', run: () => void signOut(app) },
    ],
  });
}
