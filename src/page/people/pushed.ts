import { openedCall, type PushOptions } from '../../client/index.ts';
import type { App } from '../app.ts';
import { texts } from '../messages/language.ts';

/** What the service worker is told: its notifications are in the language of the page. */
export function pushOptions(): PushOptions {
  return { texts: texts.push.notification, icon: './icon-192.png' };
}

/**
 * Answers calls that the user has accepted in a notification, whether it has opened this page or found it open.
 *
 * @param answer answers a call as soon as it rings here
 */
export function answerPushed(app: App, answer: (callId: string) => void): void {
  const { push } = app.client;
  push.on('opened', ({ callId, accept }) => {
    if (accept) answer(callId);
  });
  const opened = openedCall();
  if (opened !== null) {
    // A reload must not answer again.
    const url = new URL(location.href);
    for (const name of ['call', 'accept']) url.searchParams.delete(name);
    history.replaceState(null, '', url);
    if (opened.accept) answer(opened.callId);
  }
  app.onAccount((account) => {
    if (account === null || account.isGuest) return;
    // If it fails, it is tried again at the next start; what works now goes on.
    push.renew(pushOptions()).catch(() => {});
  });
}
