import type { CallRecord } from '../../client/index.ts';
import type { App } from '../app.ts';
import { h, setAttribute } from '../dom.ts';
import { icon } from '../icons.ts';
import { language, texts } from '../messages/language.ts';
import { avatar } from '../person.ts';
import { ringPerson } from '../screens/outgoing.ts';
import { isMissed, othersIn } from './call-log.ts';
import { keyedRows, type Row } from './keyed.ts';
import type { PeopleNews } from './news.ts';

const words = texts.people.calls;

/** Past calls, with what became of them, and a button to call back. */
export function callList(app: App, news: PeopleNews): { element: HTMLElement; dispose(): void } {
  const { log } = news;
  // What was new when the screen was opened is marked as new as long as it is shown. Before the first answer of the server
  // it is not known.
  let newSince: string | null = null;
  const list = h('ul.contacts', { 'data-testid': 'calls' });
  const none = h('p.soft', { 'data-testid': 'no-calls' }, words.none);
  const more = h(
    'button',
    { type: 'button', 'data-testid': 'more-calls', click: () => void log.more() },
    words.more,
  );
  const rows = keyedRows<CallRecord>(
    list,
    ({ id }) => id,
    (call) => callRow(app, call, call.createdAt > (newSince ?? '')),
  );
  const draw = () => {
    if (log.loaded) newSince ??= log.seenUntil;
    rows(log.calls);
    list.hidden = log.calls.length === 0;
    none.hidden = !log.loaded || log.calls.length > 0;
    more.hidden = !log.hasMore;
    if (document.visibilityState === 'visible') log.markSeen();
  };
  const stop = news.subscribe(draw);
  document.addEventListener('visibilitychange', draw);
  draw();
  return {
    element: h('section.people-part', {}, h('h2', {}, words.heading), list, none, more),
    dispose: () => {
      stop();
      document.removeEventListener('visibilitychange', draw);
    },
  };
}

function callRow(app: App, call: CallRecord, isNew: boolean): Row<CallRecord> {
  const selfId = app.account?.id ?? '';
  const others = othersIn(call, selfId);
  const [first = call.caller] = others;
  const name = first.name === '' ? words.nobody : first.name;
  const missed = isMissed(call, selfId);
  const when = new Date(call.createdAt).toLocaleString(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  const back = h(
    'button.round',
    {
      type: 'button',
      'data-testid': 'call-back',
      'aria-label': words.again(name),
      title: words.again(name),
      click: () => ringPerson(app, first, call.media),
    },
    icon(call.media === 'AUDIO' ? 'phone' : 'camera'),
  );
  setAttribute(back, 'hidden', first.name === '');
  const element = h(
    'li',
    { 'data-testid': 'past-call', 'data-missed': String(missed) },
    h(
      'div.contact',
      {},
      h(
        'div.contact-who',
        {},
        avatar({ id: first.id, name }, 'small'),
        h(
          'div.contact-words',
          {},
          h(
            'span.call-name',
            {},
            h(
              'bdi.person-name',
              {},
              others.length > 1 ? words.group(name, others.length - 1) : name,
            ),
            missed && isNew && h('span.tag', { 'data-testid': 'new-call' }, words.fresh),
          ),
          h('span', { 'data-testid': 'outcome' }, `${outcome(call, selfId)} · ${when}`),
        ),
      ),
      h('div.contact-calls', {}, back),
    ),
  );
  return { element, update: () => {} };
}

/** What became of a call, for the user. */
function outcome(call: CallRecord, selfId: string): string {
  const { caller, reason, legs } = call;
  if (caller.id !== selfId) {
    if (isMissed(call, selfId)) return words.missed;
    const own = legs.find(({ user }) => user.id === selfId);
    return own?.state === 'DECLINED' ? words.declinedByYou : words.incoming;
  }
  switch (reason) {
    case 'DECLINED':
      return words.declined;
    case 'BUSY':
      return words.busy;
    case 'MISSED':
      return words.unanswered;
    case 'UNREACHABLE':
      return words.unreachable;
    case 'CANCELLED':
      return words.cancelled;
    default:
      return words.outgoing;
  }
}
