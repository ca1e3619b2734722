import type { Contact } from '../../client/index.ts';
import type { App } from '../app.ts';
import { h } from '../dom.ts';
import { texts } from '../messages/language.ts';
import { contactActions } from './contact-actions.ts';
import { askedRow, blockedRow, contactRow, requestRow } from './contact-row.ts';
import { keyedRows, type Row } from './keyed.ts';

/** The contacts of the user, with those who ask, were asked, or are blocked. */
export interface ContactLists {
  readonly requests: HTMLElement;
  readonly contacts: HTMLElement;
  readonly blocked: HTMLElement;
  /** Asks the server for the requests by address, of which no event tells. */
  refresh(): Promise<void>;
  readonly dispose: () => void;
}

const PAGE = 100;
const words = texts.people;

export function contactLists(app: App): ContactLists {
  const { people } = app.client;
  let byAddress: readonly Contact[] = [];
  const actions = contactActions(app, () => void refresh());
  const section = (heading: string, testId: string) => {
    const list = h('ul.contacts', { 'data-testid': testId });
    return { list, element: h('section.people-part', {}, h('h2', {}, heading), list) };
  };
  const asking = section(words.requests.heading, 'contact-requests');
  const mine = section(words.contacts.heading, 'contacts');
  const none = h('p.soft', { 'data-testid': 'no-contacts', hidden: true }, words.contacts.none);
  const failed = h('p.problem', { role: 'status', hidden: true }, words.contacts.failed);
  const barred = h('ul.contacts', { 'data-testid': 'blocked-list' });
  const blocked = h(
    'details.people-part',
    { hidden: true },
    h('summary', { 'data-testid': 'show-blocked' }, words.contacts.blocked),
    barred,
  );
  mine.element.append(none, failed);
  const rows = (list: HTMLElement, make: (contact: Contact) => Row<Contact>) =>
    keyedRows(list, ({ user, email, state }) => `${state} ${user?.id ?? email}`, make);
  const drawAsking = rows(asking.list, (one) => requestRow(actions, one));
  const drawMine = rows(mine.list, (one) =>
    one.state === 'ACCEPTED' ? contactRow(app, actions, one) : askedRow(actions, one),
  );
  const drawBlocked = rows(barred, (one) => blockedRow(actions, one));

  const draw = () => {
    const { contacts, state } = people.snapshot;
    mine.element.dataset.reach = state;
    const of = (...states: Contact['state'][]) =>
      contacts.filter((one) => states.includes(one.state)).sort(byName);
    const requests = of('INCOMING');
    const listed = [...of('ACCEPTED'), ...of('REQUESTED'), ...byAddress];
    drawAsking(requests);
    drawMine(listed);
    drawBlocked(of('BLOCKED'));
    asking.element.hidden = requests.length === 0;
    blocked.hidden = barred.childElementCount === 0;
    mine.list.hidden = listed.length === 0;
    none.hidden = listed.length > 0 || state !== 'connected';
    failed.hidden = state !== 'ended';
  };
  const refresh = async () => {
    try {
      const asked: Contact[] = [];
      let after: string | null = null;
      do {
        const page = await people.contacts({ first: PAGE, after });
        asked.push(...page.contacts.filter(({ user }) => user === null));
        after = page.hasNextPage ? page.endCursor : null;
      } while (after !== null);
      byAddress = asked;
      draw();
    } catch {
      // There is no connection: what is known stays.
    }
  };
  const stops = [people.subscribe(draw), people.on('contact', () => void refresh())];
  draw();
  void refresh();
  return {
    requests: asking.element,
    contacts: mine.element,
    blocked,
    refresh,
    dispose: () => {
      for (const stop of stops) stop();
    },
  };
}

function byName(one: Contact, other: Contact): number {
  return (one.user?.name ?? '').localeCompare(other.user?.name ?? '');
}
