import type { Reachability } from '../../client/index.ts';
import type { App } from '../app.ts';
import { h, setText } from '../dom.ts';
import { field, showFailure } from '../field.ts';
import { texts } from '../messages/language.ts';
import { wordsFor } from '../words.ts';

/** Asks somebody by email to be a contact. @param asked called after a request was sent */
export function addContactForm(app: App, asked: () => void): HTMLElement {
  const words = texts.people.add;
  const email = field('email', words.email, {
    type: 'email',
    autocomplete: 'off',
    maxlength: 254,
    'data-testid': 'contact-email',
  });
  const error = h('p.form-error', { role: 'alert', 'data-testid': 'add-contact-error' });
  const done = h('p.form-done', { role: 'status', 'data-testid': 'add-contact-done' });
  const button = h(
    'button.primary',
    { type: 'submit', 'data-testid': 'add-contact' },
    words.action,
  );
  const send = async () => {
    email.fail('');
    for (const answer of [error, done]) setText(answer, '');
    button.disabled = true;
    const address = email.input.value.trim();
    try {
      const { state, user } = await app.client.people.requestContact({ email: address });
      const accepted = state === 'ACCEPTED' && user !== null;
      setText(done, accepted ? words.accepted(user.name) : words.sent(address));
      email.input.value = '';
      asked();
    } catch (cause) {
      showFailure(cause, [email], error);
    } finally {
      button.disabled = false;
    }
  };
  return h(
    'form.card',
    {
      submit: (event) => {
        event.preventDefault();
        void send();
      },
    },
    h('h2', {}, words.heading),
    h('p', {}, words.text),
    email.row,
    error,
    done,
    button,
  );
}

/** Who may call the user, and whether contacts see when the user is online. A choice is saved at once. */
export function reachabilityForm(app: App): HTMLElement {
  const words = texts.people.reach;
  const { people } = app.client;
  const choices = ['CONTACTS', 'EVERYONE', 'NOBODY'] as const;
  const answer = h('p.form-done', { role: 'status', 'data-testid': 'reach-done' });
  const save = async (changes: Partial<Reachability>) => {
    setText(answer, '');
    try {
      show(await people.updateReachability(changes));
      setText(answer, texts.common.saved);
    } catch (error) {
      app.toast(wordsFor(error));
      await load();
    }
  };
  const from = h(
    'select',
    {
      id: 'allow-calls-from',
      'data-testid': 'allow-calls-from',
      disabled: true,
      change: () => {
        const allowCallsFrom = choices.find((one) => one === from.value);
        if (allowCallsFrom !== undefined) void save({ allowCallsFrom });
      },
    },
    ...choices.map((one) => h('option', { value: one }, words[one])),
  );
  const presence = h('input', {
    type: 'checkbox',
    'data-testid': 'show-presence',
    disabled: true,
    change: () => void save({ showPresence: presence.checked }),
  });
  const waiting = h('input', {
    type: 'checkbox',
    'data-testid': 'call-waiting',
    disabled: true,
    change: () => void save({ callWaiting: waiting.checked }),
  });
  const show = ({ allowCallsFrom, showPresence, callWaiting }: Reachability) => {
    from.value = allowCallsFrom;
    presence.checked = showPresence;
    waiting.checked = callWaiting;
    for (const input of [from, presence, waiting]) input.disabled = false;
  };
  const load = async () => {
    try {
      show(await people.reachability());
    } catch (error) {
      app.toast(wordsFor(error));
    }
  };
  void load();
  return h(
    'section.card',
    {},
    h('h2', {}, words.heading),
    h('div.field', {}, h('label', { for: from.id }, words.who), from),
    h('label.check', {}, presence, words.presence),
    h('label.check', {}, waiting, words.waiting),
    answer,
  );
}
