import { type App, roomInAddress, type Screen } from '../app.ts';
import { h, setText } from '../dom.ts';
import { field, showFailure } from '../field.ts';
import { header } from '../header.ts';
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
  const error = h('p.form-error', { role: 'alert', 'data-testid': 'form-error' });
  const submit = h(
    'button.primary.wide',
    { type: 'submit', 'data-testid': 'submit' },
    'Mail me a link',
  );

  const send = async () => {
    email.fail('');
    setText(error, '');
    submit.disabled = true;
    const address = email.input.value;
    try {
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
    } catch (cause) {
      showFailure(cause, [email], error);
    } finally {
      submit.disabled = false;
    }
  };

  return {
    element: h(
      'div.page',
      {},
      header(app),
      h(
        'main.center',
        {},
        h(
          'form.card',
          {
            'data-testid': 'forgot-password-form',
            submit: (event) => {
              event.preventDefault();
              void send();
            },
          },
          h('h1', { tabindex: -1 }, 'Forgot your password?'),
          h('p', {}, 'We mail you a link to choose a new one.'),
          email.row,
          error,
          submit,
          h(
            'button.quiet.wide',
            { type: 'button', 'data-testid': 'back-to-sign-in', click: back },
            'Back to sign in',
          ),
        ),
      ),
    ),
  };
}
