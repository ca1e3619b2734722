import type { Room } from '../../client/index.ts';
import { type App, roomLink, type Screen } from '../app.ts';
import { accessChoice, chosenAccess, day } from '../call/room-settings.ts';
import { copy } from '../clipboard.ts';
import { h, setText } from '../dom.ts';
import { header } from '../header.ts';
import { icon } from '../icons.ts';
import { texts } from '../messages/language.ts';
import { wordsFor } from '../words.ts';

/** The home screen: create a room, join one, or go back to one. */
export function homeScreen(app: App): Screen {
  const list = h('ul.rooms', { 'data-testid': 'rooms' });
  const section = h('section.my-rooms', { hidden: true }, h('h2', {}, texts.home.yourRooms), list);
  void showRooms(app, section, list);
  return {
    element: h(
      'div.page',
      {},
      header(app),
      h(
        'main.home',
        {},
        h('h1', { tabindex: -1, dir: 'auto' }, texts.home.hello(app.account?.name ?? '')),
        h('div.cards', {}, createCard(app), joinCard(app)),
        section,
      ),
    ),
  };
}

function createCard(app: App): HTMLElement {
  const name = h('input', {
    id: 'room-name',
    placeholder: texts.home.roomNameExample,
    'data-testid': 'room-name',
    'data-autofocus': true,
    autocomplete: 'off',
  });
  const access = accessChoice('room-access', ['OPEN', 'KNOCK']);
  const guests = h('input', { type: 'checkbox', 'data-testid': 'room-guests' });
  const error = h('p.form-error', { role: 'alert', 'data-testid': 'create-error' });
  const submit = h(
    'button.primary',
    { type: 'submit', 'data-testid': 'create-room' },
    texts.home.newCall,
    icon('arrow'),
  );
  const create = async () => {
    submit.disabled = true;
    try {
      const trimmed = name.value.trim();
      const room = await app.client.createRoom({
        ...(trimmed === '' ? {} : { name: trimmed }),
        access: chosenAccess(access),
        allowGuests: guests.checked,
      });
      await app.goTo(room.id);
    } catch (cause) {
      setText(error, wordsFor(cause));
      submit.disabled = false;
    }
  };
  return h(
    'form.card',
    {
      submit: (event) => {
        event.preventDefault();
        void create();
      },
    },
    h('h2', {}, texts.home.start),
    h('p', {}, texts.home.startText),
    h('div.field', {}, h('label', { for: 'room-name' }, texts.home.roomName), name),
    h('div.field', {}, h('label', { for: access.id }, texts.access.label), access),
    h('label.check', {}, guests, texts.access.guests),
    error,
    submit,
  );
}

function joinCard(app: App): HTMLElement {
  const code = h('input', {
    id: 'join-code',
    required: true,
    placeholder: `${location.origin}${location.pathname}?room=…`,
    'data-testid': 'join-code',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
  });
  return h(
    'form.card',
    {
      submit: (event) => {
        event.preventDefault();
        void app.goTo(roomIdIn(code.value));
      },
    },
    h('h2', {}, texts.home.joinTitle),
    h('p', {}, texts.home.joinText),
    h('div.field', {}, h('label', { for: 'join-code' }, texts.home.linkOrCode), code),
    h(
      'button',
      { type: 'submit', 'data-testid': 'join-by-code' },
      texts.common.join,
      icon('arrow'),
    ),
  );
}

/** The room id in a link, or the text itself. */
function roomIdIn(text: string): string {
  const trimmed = text.trim();
  try {
    return new URL(trimmed).searchParams.get('room') ?? trimmed;
  } catch {
    return trimmed;
  }
}

async function showRooms(app: App, section: HTMLElement, list: HTMLElement): Promise<void> {
  try {
    const { rooms } = await app.client.rooms({ first: 8 });
    list.replaceChildren(...rooms.map((room) => roomItem(app, room)));
    section.hidden = rooms.length === 0;
  } catch (error) {
    app.toast(wordsFor(error));
  }
}

function roomItem(app: App, room: Room): HTMLElement {
  const title = room.name ?? texts.home.noName;
  const made = day(room.createdAt);
  return h(
    'li',
    { 'data-testid': 'room' },
    h(
      'div',
      {},
      h('strong', { dir: 'auto' }, title),
      h('span', {}, texts.home.roomFacts(made, room.capacity, day(room.expiresAt))),
    ),
    h(
      'div.actions',
      {},
      h(
        'button.round.quiet',
        {
          type: 'button',
          title: texts.home.copyLink,
          'aria-label': texts.home.copyLinkOf(title),
          click: () => void copy(app, roomLink(room.id)),
        },
        icon('link'),
      ),
      h(
        'button',
        {
          type: 'button',
          'aria-label': texts.home.joinRoom(title),
          click: () => void app.goTo(room.id),
        },
        texts.common.join,
      ),
    ),
  );
}
