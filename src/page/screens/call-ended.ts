import type { RoomEnd } from '../../client/index.ts';
import type { App } from '../app.ts';
import { wordsFor } from '../words.ts';
import { homeAction, type Notice, type NoticeAction, noticeScreen } from './notice.ts';
import { signInScreen } from './sign-in.ts';

/** Says why a call is over, and what can be done next. */
export function callEnded(app: App, roomId: string, end: RoomEnd): void {
  if (end.reason === 'SIGNED_OUT') {
    app.account = null;
    const message = 'You were signed out, so the call has ended for you.';
    app.show(signInScreen(app, { message }));
    return;
  }
  const again = (label: string) => ({ label, testId: 'rejoin', run: () => void app.goTo(roomId) });
  const home = homeAction(app);
  const notices: Record<Exclude<RoomEnd['reason'], 'SIGNED_OUT'>, Omit<Notice, 'kind'>> = {
    LEFT: {
      icon: 'leave',
      title: 'You left the call',
      text: 'The others have seen you go. You can come back at any time.',
      actions: [again('Rejoin'), home],
    },
    REPLACED: {
      icon: 'tabs',
      title: 'The call moved',
      text: 'You joined it in another tab or on another device, and it goes on there.',
      actions: [again('Use it here'), home],
    },
    REMOVED: {
      icon: 'door',
      title: 'You were removed',
      text: 'The host has ended your part in this call.',
      actions: [home],
    },
    ROOM_CLOSED: closed('Its room is closed. Start a new one whenever you like.', home),
    CLOSED_BY_OWNER: closed('The owner has closed the room.', home),
    EXPIRED: closed('Its room was not used for too long. Start a new one whenever you like.', home),
    DISCONNECTED: {
      icon: 'plug',
      title: 'You were away for too long',
      text: 'The connection was lost, and the others went on without you.',
      actions: [again('Rejoin'), home],
    },
    REFUSED: {
      icon: 'door',
      title: 'You could not come back in',
      text: wordsFor(end.error),
      actions: [again('Try again'), home],
    },
    FAILED: {
      icon: 'plug',
      title: 'This page does not fit the server',
      text: 'It may be out of date. Load it again.',
      actions: [{ label: 'Load again', testId: 'reload', run: () => location.reload() }, home],
    },
  };
  const kind = end.reason.toLowerCase().replaceAll('_', '-');
  app.show(noticeScreen(app, { kind, ...notices[end.reason] }));
}

function closed(text: string, home: NoticeAction): Omit<Notice, 'kind'> {
  return { icon: 'door', title: 'The call has ended', text, actions: [home] };
}
