import type { Room } from '../../client/index.ts';
import { confirmed } from '../confirm.ts';
import { h, setText } from '../dom.ts';
import { language, texts } from '../messages/language.ts';
import { wordsFor } from '../words.ts';

type Access = Room['access'];

/** The settings that the owner of a room may change. */
export interface RoomSettings {
  readonly element: HTMLElement;
  /** Shows the current settings, unless the owner is editing them. */
  draw(room: Room, isOwner: boolean): void;
}

interface Actions {
  readonly update: (settings: {
    name: string | null;
    access: Access;
    allowGuests: boolean;
    relayOnly: boolean;
  }) => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}

export function roomSettings(actions: Actions): RoomSettings {
  const name = h('input', { id: 'settings-name', 'data-testid': 'settings-name' });
  const access = accessChoice('settings-access', ['OPEN', 'KNOCK', 'LOCKED']);
  const guests = h('input', {
    type: 'checkbox',
    id: 'settings-guests',
    'data-testid': 'settings-guests',
  });
  const relay = h('input', {
    type: 'checkbox',
    id: 'settings-relay',
    'data-testid': 'settings-relay',
  });
  const answer = h('p.form-error', { role: 'alert', 'data-testid': 'settings-answer' });
  const expiry = h('p.soft', { 'data-testid': 'room-expires' });
  const attempt = async (action: () => Promise<unknown>, done: string) => {
    setText(answer, '');
    try {
      await action();
      touched = false;
      answer.className = 'form-done';
      setText(answer, done);
    } catch (cause) {
      answer.className = 'form-error';
      setText(answer, wordsFor(cause));
    }
  };
  const save = () =>
    attempt(
      () =>
        actions.update({
          name: name.value.trim() === '' ? null : name.value.trim(),
          access: chosenAccess(access),
          allowGuests: guests.checked,
          relayOnly: relay.checked,
        }),
      texts.common.saved,
    );
  let touched = false;
  let drawn: Room | null = null;
  const form = h(
    'form.room-settings',
    {
      'data-testid': 'room-settings',
      input: () => {
        touched = true;
        setText(answer, '');
      },
      submit: (event) => {
        event.preventDefault();
        void save();
      },
    },
    h('h3', {}, texts.room.title),
    h('div.row', {}, h('label', { for: name.id }, texts.room.name), name),
    h('div.row', {}, h('label', { for: access.id }, texts.access.label), access),
    h('label.check', {}, guests, texts.access.guests),
    h('label.check', {}, relay, texts.access.relayOnly),
    h('button.primary', { type: 'submit', 'data-testid': 'save-settings' }, texts.common.save),
    answer,
    expiry,
    // Away from the Save button, because it ends the call for everybody.
    h(
      'div.apart',
      {},
      h(
        'button.danger',
        {
          type: 'button',
          'data-testid': 'close-room',
          click: async () => {
            if (await confirmed(texts.room.confirmEnd, texts.room.end)) {
              await attempt(actions.close, '');
            }
          },
        },
        texts.room.end,
      ),
    ),
  );
  const element = h('div', { hidden: true }, form);
  return {
    element,
    draw(room, isOwner) {
      element.hidden = !isOwner;
      setText(expiry, texts.room.expires(day(room.expiresAt)));
      if (touched || room === drawn) return;
      drawn = room;
      name.value = room.name ?? '';
      access.value = room.access;
      guests.checked = room.allowGuests;
      relay.checked = room.relayOnly;
    },
  };
}

/** A date in the user's format. */
export function day(date: string): string {
  return new Date(date).toLocaleDateString(language, { dateStyle: 'medium' });
}

/** A list of the choices of who may join a room. */
export function accessChoice(id: string, choices: readonly Access[]): HTMLSelectElement {
  return h(
    'select',
    { id, 'data-testid': id },
    ...choices.map((access) => h('option', { value: access }, texts.access[access])),
  );
}

export function chosenAccess(choice: HTMLSelectElement): Access {
  const known = ['OPEN', 'KNOCK', 'LOCKED'] as const;
  return known.find((access) => access === choice.value) ?? 'OPEN';
}
