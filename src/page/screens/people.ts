import type { App, Screen } from '../app.ts';
import { h } from '../dom.ts';
import { header } from '../header.ts';
import { texts } from '../messages/language.ts';
import { callList } from '../people/call-list.ts';
import { contactLists } from '../people/contact-lists.ts';
import type { PeopleNews } from '../people/news.ts';
import { addContactForm, reachabilityForm } from '../people/people-forms.ts';

/** The people whom the user knows: contacts to call, requests, past calls, and who may call. */
export function peopleScreen(app: App, news: PeopleNews): Screen {
  const lists = contactLists(app);
  const calls = callList(app, news);
  return {
    dispose: () => {
      lists.dispose();
      calls.dispose();
    },
    element: h(
      'div.page',
      {},
      header(app),
      h(
        'main.home',
        { 'data-testid': 'people-screen' },
        h('h1', { tabindex: -1 }, texts.people.title),
        h(
          'div.people-columns',
          {},
          h('div.people-column', {}, lists.requests, lists.contacts, calls.element),
          h(
            'div.people-column',
            {},
            addContactForm(app, () => void lists.refresh()),
            reachabilityForm(app),
            lists.blocked,
          ),
        ),
      ),
    ),
  };
}
