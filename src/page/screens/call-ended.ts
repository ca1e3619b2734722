import type { RoomEnd } from '../../client/index.ts';
import type { App } from '../app.ts';
import { endWords } from '../end-words.ts';
import { texts } from '../messages/language.ts';
import type { NoticeAction } from '../notice-section.ts';
import { homeAction, noticeScreen } from './notice.ts';
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
  const firstActions: Partial<Record<RoomEnd['reason'], NoticeAction>> = {
    LEFT: again(texts.ended.rejoin),
    REPLACED: again(texts.ended.REPLACED.again),
    DISCONNECTED: again(texts.ended.rejoin),
    REFUSED: again(texts.common.tryAgain),
    FAILED: {
      label: texts.ended.FAILED.again,
      testId: 'reload',
      run: () => location.reload(),
    },
  };
  const kind = end.reason.toLowerCase().replaceAll('_', '-');
  const first = firstActions[end.reason];
  const actions = [...(first === undefined ? [] : [first]), homeAction(app)];
  app.show(noticeScreen(app, { kind, ...endWords(end), actions }));
}
