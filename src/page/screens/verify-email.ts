import { PeerqlError } from '../../client/index.ts';
import type { App } from '../app.ts';
import { texts } from '../messages/language.ts';
import type { NoticeAction } from '../notice-section.ts';
import { wordsFor } from '../words.ts';
import { homeAction, noticeScreen } from './notice.ts';

/** Verifies an email with the token of a mailed link, and shows the result. */
export async function openVerification(app: App, token: string): Promise<void> {
  try {
    await app.client.verifyEmail(token);
    // The link may belong to another account than the one that is signed in here.
    if (app.account !== null) app.account = await app.client.me().catch(() => app.account);
    app.show(
      noticeScreen(app, {
        kind: 'email-verified',
        icon: 'mail',
        title: texts.verifyEmail.title,
        text: texts.verifyEmail.text,
        actions: [homeAction(app)],
      }),
    );
  } catch (error) {
    showFailure(app, token, error);
  }
}

function showFailure(app: App, token: string, error: unknown): void {
  if (error instanceof PeerqlError && ['TOKEN_INVALID', 'INVALID_INPUT'].includes(error.code)) {
    const another: NoticeAction[] =
      app.account === null || app.account.emailVerified
        ? []
        : [
            {
              label: texts.resetPassword.mailNew,
              testId: 'mail-again',
              run: () => void mailAgain(app),
            },
          ];
    app.show(
      noticeScreen(app, {
        kind: 'link-used',
        icon: 'link',
        title: texts.resetPassword.usedTitle,
        text: texts.verifyEmail.used,
        actions: [...another, homeAction(app)],
      }),
    );
    return;
  }
  app.show(
    noticeScreen(app, {
      kind: 'not-verified',
      icon: 'plug',
      title: texts.verifyEmail.failedTitle,
      text: wordsFor(error),
      actions: [
        {
          label: texts.common.tryAgain,
          testId: 'retry',
          run: () => void openVerification(app, token),
        },
        homeAction(app),
      ],
    }),
  );
}

async function mailAgain(app: App): Promise<void> {
  try {
    await app.client.requestEmailVerification();
    app.toast(texts.verifyEmail.sent);
  } catch (error) {
    app.toast(wordsFor(error));
  }
}
