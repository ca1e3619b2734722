import { passwordForm, profileForm } from '../account/forms.ts';
import { pushCard } from '../account/push-card.ts';
import { sessionList } from '../account/session-list.ts';
import type { App, Screen } from '../app.ts';
import { confirmed } from '../confirm.ts';
import { h, setText } from '../dom.ts';
import { field, showFailure } from '../field.ts';
import { header } from '../header.ts';
import { texts } from '../messages/language.ts';
import { wordsFor } from '../words.ts';

/** Shows the user's account: name, email, password, sessions, and how to delete it. */
export async function openAccount(app: App): Promise<void> {
  const sessions = await app.client.sessions();
  app.show(accountScreen(app, sessions));
}

type Sessions = Awaited<ReturnType<App['client']['sessions']>>;

function accountScreen(app: App, sessions: Sessions): Screen {
  return {
    element: h(
      'div.page',
      {},
      header(app),
      h(
        'main.home',
        { 'data-testid': 'account' },
        h('h1', { tabindex: -1 }, texts.account.title),
        h('div.cards', {}, profileForm(app), emailCard(app), passwordForm(app), pushCard(app)),
        sessionList(app, sessions),
        deletion(app),
      ),
    ),
  };
}

function emailCard(app: App): HTMLElement {
  const { account } = app;
  const verified = account?.emailVerified === true;
  const verify = async () => {
    try {
      await app.client.requestEmailVerification();
      app.toast(texts.verifyEmail.sent);
    } catch (error) {
      app.toast(wordsFor(error));
    }
  };
  return h(
    'section.card',
    {},
    h('h2', {}, texts.account.email),
    h('p', { dir: 'auto', 'data-testid': 'account-email' }, account?.email ?? ''),
    h('p.soft', {}, verified ? texts.account.verified : texts.account.notVerified),
    !verified &&
      h(
        'button',
        { type: 'button', 'data-testid': 'verify-email', click: () => void verify() },
        texts.account.verify,
      ),
  );
}

function deletion(app: App): HTMLElement {
  const password = field('password', texts.account.currentPassword, {
    type: 'password',
    autocomplete: 'current-password',
    'data-testid': 'delete-password',
  });
  const error = h('p.form-error', { role: 'alert', 'data-testid': 'delete-error' });
  const submit = async () => {
    setText(error, '');
    password.fail('');
    const { confirmDelete, deleteAction } = texts.account;
    if (!(await confirmed(confirmDelete, deleteAction))) return;
    try {
      await app.client.deleteAccount(password.input.value);
      app.account = null;
      app.toast(texts.account.deleted);
      await app.goTo(null);
    } catch (cause) {
      showFailure(cause, [password], error);
    }
  };
  return h(
    'form.card.apart',
    {
      'data-testid': 'delete-account',
      submit: (event) => {
        event.preventDefault();
        void submit();
      },
    },
    h('h2', {}, texts.account.delete),
    h('p', {}, texts.account.deleteText),
    password.row,
    error,
    h('button.danger', { type: 'submit', 'data-testid': 'delete' }, texts.account.deleteAction),
  );
}
