import type { Contact, User } from '../../client/index.ts';
import type { App } from '../app.ts';
import { h, setAttribute, setText } from '../dom.ts';
import { icon } from '../icons.ts';
import { texts } from '../messages/language.ts';
import { avatar } from '../person.ts';
import { ringPerson } from '../screens/outgoing.ts';
import type { ContactActions } from './contact-actions.ts';
import type { Row } from './keyed.ts';

const words = texts.people.contacts;

/** A contact: whether they can be reached, buttons to call them, and what else can be done about them. */
export function contactRow(app: App, actions: ContactActions, first: Contact): Row<Contact> {
  let user = known(first);
  const presence = h('span.presence', { 'data-testid': 'presence' });
  const { name, element: who } = person(user, presence);
  const audio = roundButton('call-audio', 'phone', () => ringPerson(app, user, 'AUDIO'));
  const video = roundButton('call-video', 'camera', () => ringPerson(app, user, 'VIDEO'));
  const tools = h(
    'div.contact-tools',
    { hidden: true },
    smallButton('remove-contact', words.remove, () => actions.remove(user)),
    smallButton('block-contact', words.block, () => actions.block(user)),
  );
  const more = roundButton('contact-more', 'more', () => {
    tools.hidden = !tools.hidden;
    setAttribute(more, 'aria-expanded', String(!tools.hidden));
  });
  setAttribute(more, 'aria-expanded', 'false');
  const element = h(
    'li',
    { 'data-testid': 'contact' },
    h('div.contact', {}, who, h('div.contact-calls', {}, audio, video, more)),
    tools,
  );
  return {
    element,
    update(contact) {
      user = known(contact);
      element.dataset.name = user.name;
      setText(name, user.name);
      setText(presence, contact.presence === null ? '' : words[contact.presence]);
      presence.dataset.presence = contact.presence ?? '';
      for (const [button, label] of [
        [audio, words.audio(user.name)],
        [video, words.video(user.name)],
        [more, words.more(user.name)],
      ] as const) {
        setAttribute(button, 'aria-label', label);
        button.title = label;
      }
    },
  };
}

/** Somebody who wants to be a contact. */
export function requestRow(actions: ContactActions, first: Contact): Row<Contact> {
  const user = known(first);
  const { asks, accept, acceptName, decline, declineName } = texts.people.requests;
  const take = () => actions.answer(user, true);
  const accepting = smallButton('accept-contact', accept, take, acceptName(user.name));
  accepting.classList.add('primary');
  return fixedRow(
    'contact-request',
    user,
    h('span', {}, asks),
    accepting,
    smallButton(
      'decline-contact',
      decline,
      () => actions.answer(user, false),
      declineName(user.name),
    ),
    smallButton(
      'block-contact',
      words.block,
      () => actions.block(user),
      `${words.block}: ${user.name}`,
    ),
  );
}

/** Somebody whom the user has asked; by address, it is not known who that is. */
export function askedRow(actions: ContactActions, contact: Contact): Row<Contact> {
  const name = contact.user?.name ?? contact.email ?? '';
  const user = contact.user ?? { id: name, name };
  const { takeBack, takeBackName, asked } = words;
  const press = () => actions.takeBack(contact);
  const button = smallButton('take-back', takeBack, press, takeBackName(name));
  return fixedRow('asked', user, h('span', {}, asked), button);
}

/** Somebody whom the user has blocked. */
export function blockedRow(actions: ContactActions, contact: Contact): Row<Contact> {
  const user = known(contact);
  const { unblock, unblockName } = words;
  const press = () => actions.unblock(user);
  return fixedRow(
    'blocked',
    user,
    null,
    smallButton('unblock', unblock, press, unblockName(user.name)),
  );
}

function fixedRow(
  testId: string,
  user: Pick<User, 'id' | 'name'>,
  below: HTMLElement | null,
  ...buttons: HTMLElement[]
): Row<Contact> {
  const { element } = person(user, below);
  const row = h('div.contact', {}, element, h('div.contact-calls', {}, ...buttons));
  return {
    element: h('li', { 'data-testid': testId, 'data-name': user.name }, row),
    update: () => {},
  };
}

function person(user: Pick<User, 'id' | 'name'>, below: HTMLElement | null) {
  const name = h('bdi.person-name', {}, user.name);
  const element = h(
    'div.contact-who',
    {},
    avatar(user, 'small'),
    h('div.contact-words', {}, name, below),
  );
  return { name, element };
}

function known({ user }: Contact): User {
  if (user === null) throw new Error('Only a request by address has no user.');
  return user;
}

function roundButton(
  testId: string,
  name: Parameters<typeof icon>[0],
  press: () => void,
): HTMLButtonElement {
  return h('button.round', { type: 'button', 'data-testid': testId, click: press }, icon(name));
}

function smallButton(
  testId: string,
  label: string,
  press: () => void,
  name: string | null = null,
): HTMLButtonElement {
  const attributes = { type: 'button', 'data-testid': testId, 'aria-label': name, click: press };
  return h('button.small', attributes, label);
}
