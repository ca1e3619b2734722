import type { App } from '../app.ts';
import { h, setAttribute, setText } from '../dom.ts';
import { icon } from '../icons.ts';
import { texts } from '../messages/language.ts';
import { type CallLog, callLog } from './call-log.ts';

/** What is new about the people whom the user knows: missed calls, and requests that wait for an answer. */
export interface PeopleNews {
  readonly log: CallLog;
  /** Calls `listener` after each change of the log; returns a function that stops it. */
  subscribe(listener: () => void): () => void;
}

/** Keeps the log of calls up to date while somebody with an account is signed in, and counts news at the button. */
export function peopleNews(app: App): PeopleNews {
  const { people, incoming } = app.client;
  const listeners = new Set<() => void>();
  const log = callLog(app, () => {
    draw();
    for (const listener of listeners) listener();
  });
  const badge = h('span.badge', { hidden: true, 'data-testid': 'people-news' });
  // Without the space, what is seen would not be part of the name.
  app.peopleButton.append(icon('people'), h('span.wide-only', {}, texts.people.title), ' ', badge);
  app.peopleButton.addEventListener('click', () => void app.goToPeople());

  const draw = () => {
    const requests = people.snapshot.contacts.filter(({ state }) => state === 'INCOMING');
    const count = log.missed + requests.length;
    badge.hidden = count === 0;
    setText(badge, count > 9 ? '9+' : String(count));
    const label = count === 0 ? texts.people.title : texts.people.news(count);
    setAttribute(app.peopleButton, 'aria-label', label);
    app.peopleButton.title = label;
  };

  let stops: (() => void)[] = [];
  app.onAccount((account) => {
    for (const stop of stops) stop();
    stops = [];
    log.begin();
    if (account === null || account.isGuest) return;
    let known: readonly string[] = [];
    let state = '';
    const look = () => {
      const { snapshot } = people;
      const ids = snapshot.calls.map(({ id }) => id);
      const ended = known.find((id) => !ids.includes(id));
      known = ids;
      if (snapshot.state === 'connected' && state !== 'connected') void log.refresh();
      else if (ended !== undefined) void log.refresh(ended);
      state = snapshot.state;
      draw();
    };
    stops = [
      people.subscribe(look),
      people.on('contact', ({ contact }) => {
        if (contact?.state !== 'INCOMING') return;
        app.toast(texts.people.requests.arrived(contact.user?.name ?? ''));
      }),
      people.on('callsSeen', () => void log.seenElsewhere()),
      // Also a call that came and went while there was no connection.
      incoming.on('ended', ({ call, reason }) => {
        if (reason !== 'ANSWERED_HERE' && reason !== 'ANSWERED_ELSEWHERE')
          void log.refresh(call.id);
      }),
    ];
    look();
  });
  draw();
  return {
    log,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
