import { type App, roomInAddress, type Screen } from '../app.ts';
import { h } from '../dom.ts';
import { field } from '../field.ts';
import { texts } from '../messages/language.ts';
import { formCard } from './form-card.ts';
import { noticeScreen } from './notice.ts';

/**
 * Asks for the email to which a link for a new password goes.
 *
 * @param back shows the sign-in form again
 * @param known the email that was typed before, if any
 */
export function forgotPasswordScreen(app: App, back: () => void, known = ''): Screen {
  const email = field('email', texts.common.email, {
    type: 'email',
    autocomplete: 'email',
    maxlength: 254,
    value: known,
    'data-autofocus': true,
  });
  return formCard(app, {
    testId: 'forgot-password-form',
    title: texts.forgotPassword.title,
    text: texts.forgotPassword.text,
    field: email,
    action: texts.forgotPassword.action,
    async submit() {
      const address = email.input.value;
      await app.client.requestPasswordReset(address);
      const room = roomInAddress() === null ? '' : ` ${texts.forgotPassword.keepTab}`;
      app.show(
        noticeScreen(app, {
          kind: 'mail-sent',
          icon: 'mail',
          title: texts.forgotPassword.sentTitle,
          text: `${texts.forgotPassword.sent(address)}${room}`,
          actions: [{ label: texts.forgotPassword.back, testId: 'back-to-sign-in', run: back }],
        }),
      );
    },
    below: h(
      'button.quiet.wide',
      { type: 'button', 'data-testid': 'back-to-sign-in', click: back },
      texts.forgotPassword.back,
    ),
  });
}
