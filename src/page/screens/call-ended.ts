import type { RoomEnd } from '../../client/index.ts';
import type { App } from '../app.ts';
import { texts } from '../messages/language.ts';
import { wordsFor } from '../words.ts';
import { homeAction, type Notice, type NoticeAction, noticeScreen } from './notice.ts';
import { signInScreen } from './sign-in.ts';

/** Says why a call ended, and offers what to do next. */
export function callEnded(app: App, roomId: string, end: RoomEnd): void {
  if (end.reason === 'SIGNED_OUT') {
    app.account = null;
    const message = texts.ended.signedOut;
    app.show(signInScreen(app, { message }));
    return;
  }
  const again = (label: string) => ({ label, testId: 'rejoin', run: () => void app.goTo(roomId) });
  const home = homeAction(app);
  const notices: Record<Exclude<RoomEnd['reason'], 'SIGNED_OUT'>, Omit<Notice, 'kind'>> = {
    LEFT: {
      icon: 'leave',
      title: texts.ended.LEFT.title,
      text: texts.ended.LEFT.text,
      actions: [again(texts.ended.rejoin), home],
    },
    REPLACED: {
      icon: 'tabs',
      title: texts.ended.REPLACED.title,
      text: texts.ended.REPLACED.text,
      actions: [again(texts.ended.REPLACED.again), home],
    },
    REMOVED: {
      icon: 'door',
      title: texts.ended.REMOVED.title,
      text: texts.ended.REMOVED.text,
      actions: [home],
    },
    ROOM_CLOSED: closed(texts.ended.ROOM_CLOSED, home),
    CLOSED_BY_OWNER: closed(texts.ended.CLOSED_BY_OWNER, home),
    EXPIRED: closed(texts.ended.EXPIRED, home),
    DISCONNECTED: {
      icon: 'plug',
      title: texts.ended.DISCONNECTED.title,
      text: texts.ended.DISCONNECTED.text,
      actions: [again(texts.ended.rejoin), home],
    },
    REFUSED: {
      icon: 'door',
      title: texts.ended.REFUSED.title,
      text: wordsFor(end.error),
      actions: [again(texts.common.tryAgain), home],
    },
    FAILED: {
      icon: 'plug',
      title: texts.ended.FAILED.title,
      text: texts.ended.FAILED.text,
      actions: [
        { label: texts.ended.FAILED.again, testId: 'reload', run: () => location.reload() },
        home,
      ],
    },
  };
  const kind = end.reason.toLowerCase().replaceAll('_', '-');
  app.show(noticeScreen(app, { kind, ...notices[end.reason] }));
}

function closed(text: string, home: NoticeAction): Omit<Notice, 'kind'> {
  return { icon: 'door', title: texts.ended.over, text, actions: [home] };
}
