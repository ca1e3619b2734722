import { type App, roomInAddress, type Screen } from '../app.ts';
import { h } from '../dom.ts';
import { field } from '../field.ts';
import { formCard } from './form-card.ts';
import { noticeScreen } from './notice.ts';

/**
 * Asks for the email to which a link for a new password goes.
 *
 * @param back shows the sign-in form again
 * @param known the email as far as it was typed before
 */
export function forgotPasswordScreen(app: App, back: () => void, known = ''): Screen {
  const email = field('email', 'Email', {
    type: 'email',
    autocomplete: 'email',
    maxlength: 254,
    value: known,
    'data-autofocus': true,
  });
  return formCard(app, {
    testId: 'forgot-password-form',
    title: 'Forgot your password?',
    text: 'We mail you a link to choose a new one.',
    field: email,
    action: 'Mail me a link',
    async submit() {
      const address = email.input.value;
      await app.client.requestPasswordReset(address);
      const room =
        roomInAddress() === null ? '' : ' Keep this tab to come back to your invitation.';
      app.show(
        noticeScreen(app, {
          kind: 'mail-sent',
          icon: 'mail',
          title: 'Look into your mail',
          text: `If there is an account with ${address}, a link for a new password is on its way. It works once, for 30 minutes.${room}`,
          actions: [{ label: 'Back to sign in', testId: 'back-to-sign-in', run: back }],
        }),
      );
    },
    below: h(
      'button.quiet.wide',
      { type: 'button', 'data-testid': 'back-to-sign-in', click: back },
      'Back to sign in',
    ),
  });
}
