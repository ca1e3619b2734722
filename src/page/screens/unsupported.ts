import type { App } from '../app.ts';
import { texts } from '../messages/language.ts';
import { homeAction, noticeScreen } from './notice.ts';

/** Whether this browser can make calls. */
export function canCall(): boolean {
  return typeof RTCPeerConnection !== 'undefined';
}

/** Says that it cannot. */
export function showUnsupported(app: App): void {
  const { title, text } = texts.unsupported;
  const actions = [homeAction(app)];
  app.show(noticeScreen(app, { kind: 'unsupported', icon: 'plug', title, text, actions }));
}
