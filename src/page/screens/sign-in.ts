import { PeerqlError } from '../../client/index.ts';
import { type App, roomInAddress, type Screen } from '../app.ts';
import { h, setText } from '../dom.ts';
import { field, showFailure } from '../field.ts';
import { header } from '../header.ts';
import { texts } from '../messages/language.ts';
import { forgotPasswordScreen } from './forgot-password.ts';

type Invitation = NonNullable<Awaited<ReturnType<App['client']['invitation']>>>;
type Mode = 'register' | 'login' | 'guest';

const TAB_WORDS: Readonly<Record<Mode, string>> = {
  register: texts.signIn.createAccount,
  login: texts.signIn.signIn,
  guest: texts.signIn.guest,
};
const SUBMIT_WORDS: Readonly<Record<Mode, string>> = {
  ...TAB_WORDS,
  guest: texts.signIn.joinAsGuest,
};

/** Creates an account, signs in, or joins an invitation as a guest. */
export function signInScreen(
  app: App,
  options: {
    readonly mode?: Mode;
    readonly message?: string;
    /** What the link of an invitation tells; null or absent without one. */
    readonly invitation?: Invitation | null;
  } = {},
): Screen {
  const { message = '', invitation = null } = options;
  const roomId = roomInAddress();
  const invited = roomId !== null;
  const guestsMay = invitation?.allowGuests === true;
  const modes: readonly Mode[] = ['register', 'login', ...(guestsMay ? (['guest'] as const) : [])];
  let mode: Mode = options.mode ?? 'register';

  const name = field('name', texts.common.name, { autocomplete: 'name' });
  const email = field('email', texts.common.email, {
    type: 'email',
    autocomplete: 'email',
    maxlength: 254,
  });
  const password = field('password', texts.common.password, { type: 'password' });
  const error = h('p.form-error', { role: 'alert', 'data-testid': 'form-error' }, message);
  const submit = h('button.primary.wide', { type: 'submit', 'data-testid': 'submit' });
  const tabs = modes.map((tab) =>
    h(
      'button',
      { type: 'button', 'data-testid': `tab-${tab}`, click: () => choose(tab) },
      TAB_WORDS[tab],
    ),
  );

  const back = () => app.show(signInScreen(app, { mode: 'login' }));
  const forgot = h(
    'button.quiet.wide',
    {
      type: 'button',
      'data-testid': 'forgot-password',
      click: () => app.show(forgotPasswordScreen(app, back, email.input.value)),
    },
    texts.signIn.forgot,
  );

  const choose = (next: Mode) => {
    mode = next;
    setText(submit, SUBMIT_WORDS[mode]);
    for (const [index, tab] of tabs.entries()) {
      tab.setAttribute('aria-pressed', String(modes[index] === mode));
    }
    name.row.hidden = mode === 'login';
    forgot.hidden = mode !== 'login';
    for (const { row, input } of [email, password]) {
      row.hidden = mode === 'guest';
      input.required = mode !== 'guest';
    }
    name.input.required = mode === 'register';
    password.input.autocomplete = mode === 'register' ? 'new-password' : 'current-password';
    setText(error, '');
  };

  const authenticate = () => {
    if (mode === 'guest' && roomId !== null) {
      return app.client.enterAsGuest({ roomId, name: name.input.value });
    }
    const input = { email: email.input.value, password: password.input.value };
    return mode === 'register'
      ? app.client.register({ ...input, name: name.input.value })
      : app.client.login(input);
  };

  const send = async () => {
    const fields = [name, email, password];
    for (const { fail } of fields) fail('');
    setText(error, '');
    submit.disabled = true;
    try {
      const { account } = await authenticate();
      app.account = account;
      await app.route();
    } catch (cause) {
      if (cause instanceof PeerqlError && cause.code === 'EMAIL_TAKEN') choose('login');
      showFailure(cause, fields, error);
    } finally {
      submit.disabled = false;
    }
  };

  choose(mode);
  setText(error, message);
  const form = h(
    'form.card.sign-in',
    {
      'data-testid': 'sign-in',
      submit: (event) => {
        event.preventDefault();
        void send();
      },
    },
    h('div.tabs', { role: 'group', 'aria-label': texts.signIn.how }, ...tabs),
    name.row,
    email.row,
    password.row,
    error,
    submit,
    forgot,
  );
  return {
    element: h(
      'div.page',
      {},
      header(app),
      h(
        'main.hero',
        {},
        h(
          'div.pitch',
          {},
          h('p.kicker', {}, invited ? texts.signIn.invited : texts.signIn.videoCalls),
          h('h1', { tabindex: -1, dir: 'auto' }, title(invited, invitation)),
          h('p.lead', {}, pitch(invited, invitation)),
        ),
        form,
      ),
    ),
  };
}

function title(invited: boolean, invitation: Invitation | null): string {
  if (!invited) return texts.signIn.pitchTitle;
  return invitation?.roomName ?? texts.signIn.invitationTitle;
}

function pitch(invited: boolean, invitation: Invitation | null): string {
  if (!invited) return texts.signIn.pitch;
  const { invitation: all, invitationForGuests, occupied, empty } = texts.signIn;
  const how = invitation?.allowGuests === true ? invitationForGuests : all;
  return `${invitation?.occupied === true ? occupied : empty} ${how}`;
}
