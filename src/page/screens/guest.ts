import type { App, Screen } from '../app.ts';
import { signOut } from '../header.ts';
import { noticeScreen } from './notice.ts';

/** What a guest sees outside of the one call that they are a guest of. */
export function guestScreen(app: App): Screen {
  return noticeScreen(app, {
    kind: 'guest',
    icon: 'people',
    title: 'You are here as a guest',
    text: 'A guest can come to one call, by its link. To start calls of your own, sign out and make an account.',
    actions: [{ label: 'Sign out', testId: 'sign-out-guest', run: () => void signOut(app) }],
  });
}
