import type { CallMessage, CallSnapshot } from '../../client/index.ts';
import { h, setText } from '../dom.ts';
import { icon } from '../icons.ts';
import type { Panel } from '../side-panel.ts';
import { wordsFor } from '../words.ts';

/** What is said in writing, and a line to say something. */
export interface ChatPanel extends Panel {
  /** How many messages came since it was last shown. */
  unread(snapshot: CallSnapshot): number;
  draw(snapshot: CallSnapshot, isOpen: boolean): void;
}

/** The longest message that the server takes, in characters of one byte. */
const LONGEST = 4_000;

/** @param send sends to one participant, or with null to all */
export function chatPanel(send: (text: string, to: string | null) => Promise<unknown>): ChatPanel {
  let shown = 0;
  let seen = 0;
  const list = h('div.messages', {
    'data-testid': 'messages',
    role: 'log',
    'aria-label': 'Messages',
    tabindex: 0,
  });
  const empty = h(
    'p.soft.panel-empty',
    {},
    'Nothing was said yet. Messages go to everybody in the call, or to one of them.',
  );
  const to = h('select', { 'aria-label': 'To whom', 'data-testid': 'message-to' });
  const text = h('input', {
    'aria-label': 'Message',
    'data-testid': 'message',
    placeholder: 'Write a message',
    maxlength: LONGEST,
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
      // Nothing that was written is lost.
      if (text.value === '') text.value = said;
      setText(error, wordsFor(cause));
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
        { type: 'submit', 'aria-label': 'Send', 'data-testid': 'send-message' },
        icon('send'),
      ),
    ),
    error,
  );
  return {
    name: 'chat',
    title: 'Chat',
    content: h('div.panel-chat', {}, empty, list, form),
    focus: text,
    shown: () => list.scrollTo(0, list.scrollHeight),
    unread: ({ messages }) => Math.max(0, messages.length - seen),
    draw({ messages, participants, self }, isOpen) {
      const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 40;
      empty.hidden = messages.length > 0;
      list.hidden = messages.length === 0;
      // Messages only come; fewer of them are those of a stay that was made anew.
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

function drawAddressees(to: HTMLSelectElement, participants: CallSnapshot['participants']): void {
  const wanted = ['', ...participants.map(({ id }) => id)];
  if ([...to.options].map(({ value }) => value).join() === wanted.join()) return;
  const chosen = to.value;
  to.replaceChildren(
    h('option', { value: '' }, 'To everybody'),
    ...participants.map(({ id, user }) => h('option', { value: id }, `To ${user.name} only`)),
  );
  to.value = wanted.includes(chosen) ? chosen : '';
}

function line(message: CallMessage, ownUserId: string): HTMLElement {
  const own = message.user.id === ownUserId;
  const time = new Date(message.at).toLocaleTimeString(undefined, { timeStyle: 'short' });
  return h(
    'div.message',
    { 'data-testid': 'chat-message', 'data-private': String(message.private) },
    h(
      'p.message-head',
      {},
      h('strong', {}, own ? 'You' : message.user.name),
      message.private && h('span.tag', {}, 'Private'),
      h('time', { datetime: message.at }, time),
    ),
    h('p.message-text', {}, message.text),
  );
}
