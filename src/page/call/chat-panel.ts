import { type CallMessage, type CallSnapshot, InvalidInputError } from '../../client/index.ts';
import { h, setText } from '../dom.ts';
import { icon } from '../icons.ts';
import { language, texts } from '../messages/language.ts';
import type { Panel } from '../side-panel.ts';
import { wordsFor } from '../words.ts';

/** The chat messages, and a field to write one. */
export interface ChatPanel extends Panel {
  /** How many messages have come since the panel was last shown. */
  unread(snapshot: CallSnapshot): number;
  draw(snapshot: CallSnapshot, isOpen: boolean): void;
}

/** @param send sends to one participant, or with null to everybody */
export function chatPanel(send: (text: string, to: string | null) => Promise<unknown>): ChatPanel {
  let shown = 0;
  let seen = 0;
  const list = h('div.messages', {
    'data-testid': 'messages',
    role: 'log',
    'aria-label': texts.chat.messages,
    tabindex: 0,
  });
  const empty = h('p.soft.panel-empty');
  const to = h('select', { 'aria-label': texts.chat.to, 'data-testid': 'message-to' });
  const text = h('input', {
    'aria-label': texts.chat.message,
    'data-testid': 'message',
    placeholder: texts.chat.write,
    autocomplete: 'off',
  });
  const error = h('p.form-error', { role: 'alert', 'data-testid': 'message-error' });
  const submit = async () => {
    const said = text.value.trim();
    if (said === '') return;
    setText(error, '');
    text.value = '';
    try {
      await send(said, to.value === '' ? null : to.value);
    } catch (cause) {
      // The send failed: the text goes back into the field.
      if (text.value === '') text.value = said;
      setText(error, refusal(cause));
    }
  };
  const form = h(
    'form.compose',
    {
      submit: (event) => {
        event.preventDefault();
        void submit();
      },
    },
    to,
    h(
      'div.compose-line',
      {},
      text,
      h(
        'button.round.primary',
        { type: 'submit', 'aria-label': texts.chat.send, 'data-testid': 'send-message' },
        icon('send'),
      ),
    ),
    error,
  );
  return {
    name: 'chat',
    title: texts.chat.title,
    content: h('div.panel-chat', {}, empty, list, form),
    focus: text,
    shown: () => list.scrollTo(0, list.scrollHeight),
    unread: ({ messages }) => Math.max(0, messages.length - seen),
    draw({ messages, participants, self }, isOpen) {
      const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 40;
      empty.hidden = messages.length > 0;
      setText(empty, participants.length === 0 ? texts.chat.alone : texts.chat.empty);
      // With nobody else in the call there is nobody to choose.
      to.hidden = participants.length === 0;
      list.hidden = messages.length === 0;
      // Messages are only added; fewer than before means that there is a new stay.
      if (messages.length < shown) {
        list.replaceChildren();
        shown = 0;
        seen = Math.min(seen, messages.length);
      }
      for (const message of messages.slice(shown)) list.append(line(message, self.user.id));
      shown = messages.length;
      if (isOpen) seen = shown;
      if (isOpen && atEnd) list.scrollTo(0, list.scrollHeight);
      drawAddressees(to, participants);
    },
  };
}

/** How many bytes a message may have is for the server to say. */
function refusal(cause: unknown): string {
  const issues = cause instanceof InvalidInputError ? cause.issues : [];
  const limit = issues.find(({ code }) => code === 'TOO_BIG')?.limit ?? null;
  return limit === null ? wordsFor(cause) : texts.chat.tooLong(limit);
}

function drawAddressees(to: HTMLSelectElement, participants: CallSnapshot['participants']): void {
  const wanted = ['', ...participants.map(({ id }) => id)];
  if ([...to.options].map(({ value }) => value).join() === wanted.join()) return;
  const chosen = to.value;
  to.replaceChildren(
    h('option', { value: '' }, texts.chat.toEverybody),
    ...participants.map(({ id, user }) => h('option', { value: id }, texts.chat.toOne(user.name))),
  );
  to.value = wanted.includes(chosen) ? chosen : '';
}

function line(message: CallMessage, ownUserId: string): HTMLElement {
  const own = message.user.id === ownUserId;
  const time = new Date(message.at).toLocaleTimeString(language, { timeStyle: 'short' });
  return h(
    'div.message',
    { 'data-testid': 'chat-message', 'data-private': String(message.private) },
    h(
      'p.message-head',
      {},
      h('bdi.strong', {}, own ? texts.chat.you : message.user.name),
      message.private && h('span.tag', {}, texts.chat.privately),
      h('time', { datetime: message.at }, time),
    ),
    h('p.message-text', { dir: 'auto' }, message.text),
  );
}
