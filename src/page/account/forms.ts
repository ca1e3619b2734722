import type { App } from '../app.ts';
import { h, setText } from '../dom.ts';
import { type Field, field, showFailure } from '../field.ts';
import { texts } from '../messages/language.ts';

/** A form that changes the user's name. */
export function profileForm(app: App): HTMLElement {
  const name = field('name', texts.common.name, {
    autocomplete: 'name',
    value: app.account?.name ?? '',
    'data-testid': 'profile-name',
  });
  return form('profile', texts.account.profile, [name], texts.common.save, async () => {
    app.account = await app.client.updateProfile({ name: name.input.value });
    return texts.account.nameSaved;
  });
}

/** A form that changes the user's password, which ends all other sessions. */
export function passwordForm(app: App): HTMLElement {
  const [current, next] = (['currentPassword', 'newPassword'] as const).map((name) =>
    field(name, texts.account[name], {
      type: 'password',
      autocomplete: name === 'newPassword' ? 'new-password' : 'current-password',
    }),
  );
  if (current === undefined || next === undefined) throw new Error('There are two fields.');
  const { changePassword, change } = texts.account;
  return form('change-password', changePassword, [current, next], change, async () => {
    const [currentPassword, newPassword] = [current.input.value, next.input.value];
    app.account = await app.client.changePassword({ currentPassword, newPassword });
    for (const { input } of [current, next]) input.value = '';
    return texts.account.passwordChanged;
  });
}

/** @param submit does the change; resolves to the message to show */
function form(
  testId: string,
  title: string,
  fields: readonly Field[],
  action: string,
  submit: () => Promise<string>,
): HTMLElement {
  const error = h('p.form-error', { role: 'alert', 'data-testid': `${testId}-error` });
  const done = h('p.form-done', { role: 'status', 'data-testid': `${testId}-done` });
  const button = h('button.primary', { type: 'submit', 'data-testid': `save-${testId}` }, action);
  const send = async () => {
    for (const { fail } of fields) fail('');
    for (const answer of [error, done]) setText(answer, '');
    button.disabled = true;
    try {
      setText(done, await submit());
    } catch (cause) {
      showFailure(cause, fields, error);
    } finally {
      button.disabled = false;
    }
  };
  return h(
    'form.card',
    {
      'data-testid': testId,
      submit: (event) => {
        event.preventDefault();
        void send();
      },
    },
    h('h2', {}, title),
    ...fields.map(({ row }) => row),
    error,
    done,
    button,
  );
}
