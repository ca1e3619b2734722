import type { App } from '../app.ts';
import { texts } from '../messages/language.ts';
import { homeAction, noticeScreen } from './notice.ts';
import { signInScreen } from './sign-in.ts';

/** Asks the server about a room's link before asking the user to sign in. */
export async function openInvitation(app: App, roomId: string): Promise<void> {
  const invitation = await app.client.invitation(roomId);
  if (invitation === null) {
    showRoomNotFound(app);
    return;
  }
  const message = invitation.access === 'LOCKED' ? texts.lobby.locked : '';
  app.show(signInScreen(app, { invitation, message }));
}

/** Says that a link does not lead to a room. */
export function showRoomNotFound(app: App): void {
  app.show(
    noticeScreen(app, {
      kind: 'room-not-found',
      icon: 'search',
      title: texts.lobby.notFoundTitle,
      text: texts.lobby.notFound,
      actions: [homeAction(app)],
    }),
  );
}
