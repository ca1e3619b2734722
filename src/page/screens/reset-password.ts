import { PeerqlError } from '../../client/index.ts';
import type { App, Screen } from '../app.ts';
import { field } from '../field.ts';
import { texts } from '../messages/language.ts';
import { forgotPasswordScreen } from './forgot-password.ts';
import { formCard } from './form-card.ts';
import { homeAction, noticeScreen } from './notice.ts';
import { signInScreen } from './sign-in.ts';

/** Sets a new password with the token of a mailed link, and signs in with it. */
export function resetPasswordScreen(app: App, token: string): Screen {
  const password = field('newPassword', texts.resetPassword.newPassword, {
    type: 'password',
    autocomplete: 'new-password',
    'data-testid': 'new-password',
    'data-autofocus': true,
  });
  return formCard(app, {
    testId: 'reset-password-form',
    title: texts.resetPassword.title,
    text: texts.resetPassword.text,
    field: password,
    action: texts.resetPassword.action,
    async submit() {
      const newPassword = password.input.value;
      try {
        const { email } = await app.client.resetPassword({ token, newPassword });
        await signIn(app, email, newPassword);
      } catch (cause) {
        if (!(cause instanceof PeerqlError) || cause.code !== 'TOKEN_INVALID') throw cause;
        app.show(usedUp(app));
      }
    },
  });
}

async function signIn(app: App, email: string, password: string): Promise<void> {
  // The reset has ended every session, including the one of this page.
  app.account = null;
  try {
    const { account } = await app.client.login({ email, password });
    app.account = account;
  } catch {
    const message = texts.resetPassword.doneSignIn;
    app.show(signInScreen(app, { mode: 'login', message }));
    return;
  }
  await app.route();
  app.toast(texts.resetPassword.done);
}

function usedUp(app: App): Screen {
  const back = () => app.show(signInScreen(app, { mode: 'login' }));
  return noticeScreen(app, {
    kind: 'link-used',
    icon: 'link',
    title: texts.resetPassword.usedTitle,
    text: texts.resetPassword.used,
    actions: [
      {
        label: texts.resetPassword.mailNew,
        testId: 'forgot-password',
        run: () => app.show(forgotPasswordScreen(app, back)),
      },
      homeAction(app),
    ],
  });
}
