import type { Contact, ContactPage, ListedContact } from '../domain/people/contact-list.ts';
import type { ContactState } from '../domain/people/stance.ts';
import { UserType } from './accounts.ts';
import { builder } from './builder.ts';
import { PageInfo } from './page-info.ts';

const ContactStateType = builder.enumType('ContactState', {
  description: 'How a contact stands, as the caller sees it.',
  values: {
    REQUESTED: {
      description:
        'The caller has asked. It stays so if the other declines, or if an address has no account.',
    },
    INCOMING: { description: 'The other has asked, and waits for the caller’s answer.' },
    ACCEPTED: { description: 'Both want it.' },
    BLOCKED: { description: 'The caller has blocked the other.' },
  } as const satisfies Record<ContactState, object>,
});

export const ContactType = builder.objectRef<Contact>('Contact').implement({
  description: 'Somebody in the caller’s list of contacts.',
  fields: (t) => ({
    user: t.expose('user', {
      type: UserType,
      nullable: true,
      description:
        'Who it is. Null after a request by address, until it is accepted. The name of a blocked user is empty if the account does not exist any more, or if that user has blocked the caller.',
    }),
    email: t.exposeString('email', {
      nullable: true,
      description: 'The address that the caller has asked, until the request is accepted.',
    }),
    state: t.expose('state', { type: ContactStateType, description: 'How it stands.' }),
    since: t.expose('since', { type: 'DateTime', description: 'Since when.' }),
  }),
});

const ContactEdge = builder.objectRef<ListedContact>('ContactEdge').implement({
  description: 'A contact in a connection.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', { description: 'Its place in the connection.' }),
    node: t.expose('contact', { type: ContactType, description: 'The contact.' }),
  }),
});

export const ContactConnection = builder.objectRef<ContactPage>('ContactConnection').implement({
  description: 'A page of contacts (Relay Cursor Connections).',
  fields: (t) => ({
    edges: t.field({
      type: [ContactEdge],
      description: 'The contacts of this page, newest first.',
      resolve: ({ contacts }) => [...contacts],
    }),
    pageInfo: t.field({
      type: PageInfo,
      description: 'The place of this page.',
      resolve: ({ hasNextPage, endCursor }) => ({ hasNextPage, endCursor }),
    }),
  }),
});
