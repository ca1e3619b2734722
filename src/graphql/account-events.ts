import type { Call } from '../domain/call/call.ts';
import type { Contact } from '../domain/people/contact-list.ts';
import { type AccountChange, remainingMs, type ShownCall } from '../domain/person/entry.ts';
import type { Presence, SeenContact } from '../domain/person/ports.ts';
import { AccountEventType, accountEventType } from './account-event.ts';
import { UserType } from './accounts.ts';
import { builder } from './builder.ts';
import { CallEndReasonType, CallType } from './call.ts';
import { ContactType } from './contact.ts';
import { signedIn } from './context.ts';
import { MailboxSource } from './mailbox-source.ts';

const PresenceType = builder.enumType('Presence', {
  description: 'Whether somebody can be reached.',
  values: {
    ONLINE: { description: 'At least one device of theirs holds `accountEvents`.' },
    IN_CALL: { description: 'They are in a call.' },
    OFFLINE: { description: 'Neither.' },
  } as const satisfies Record<Presence, object>,
});

/** Adds the fields of this file to the schema. */
export function addAccountEvents(): void {
  builder.objectField(CallType, 'remainingMs', (t) =>
    t.int({
      description:
        'How long it still rings for those whose leg is RINGING, in milliseconds, from when this was sent; 0 if nobody’s is.',
      resolve: remainingOf,
      extensions: { derive: remainingOf },
    }),
  );

  builder.objectField(ContactType, 'presence', (t) =>
    t.field({
      type: PresenceType,
      nullable: true,
      description:
        'Whether the contact can be reached; null unless it is an accepted contact who shows it.',
      resolve: (contact, _args, context) =>
        isSeen(contact) ? contact.presence : context.services.presence.presenceOf(contact),
    }),
  );

  accountEventType('AccountSnapshot').implement({
    description:
      'What the devices of an account need to know, as it is now. It is the first event.',
    interfaces: [AccountEventType],
    fields: (t) => ({
      calls: t.field({
        type: [CallType],
        description:
          'The calls that the caller is in, or that ring at either side, in the order in which they came: one that rings after another one knocks. A device rings while the state of its own leg is RINGING.',
        resolve: ({ calls }) => [...calls],
      }),
      contacts: t.field({
        type: [ContactType],
        description:
          'The contacts whose accounts are known, newest first, with the presence of those who show it.',
        resolve: ({ contacts }) => [...contacts],
      }),
      recovered: t.exposeBoolean('recovered', {
        description:
          'Whether the device continues and every missed event follows. False on a first subscription, and if a resume was not possible: then the client must forget what it knew.',
      }),
    }),
  });

  accountEventType('CallRinging').implement({
    description:
      'Somebody rings the caller: ring until `CallEnded`, or until `CallUpdated` shows another state of the own leg.',
    interfaces: [AccountEventType],
    fields: (t) => ({
      call: t.expose('call', { type: CallType, description: 'The call.' }),
      waiting: t.boolean({
        description:
          'Whether the caller is in another call, or another one rings already: this one knocks. Only if they allow it, see `updateReachability`. Accepting it hangs up a call that goes on.',
        resolve: isWaiting,
        extensions: { derive: isWaiting },
      }),
    }),
  });

  accountEventType('CallUpdated').implement({
    description:
      'A call has changed, or has begun from another device of the caller. When the own leg is ACCEPTED, this or another device has answered.',
    interfaces: [AccountEventType],
    fields: (t) => ({
      call: t.expose('call', { type: CallType, description: 'The call as it is now.' }),
    }),
  });

  accountEventType('CallEnded').implement({
    description:
      'A call has ended for the caller. It comes exactly once for each call and is the last event of it. For somebody who declined, a call of several people may go on for the others.',
    interfaces: [AccountEventType],
    fields: (t) => ({
      call: t.expose('call', { type: CallType, description: 'The call as it is now.' }),
      reason: t.expose('reason', {
        type: CallEndReasonType,
        description: 'Why it has ended for the caller.',
      }),
    }),
  });

  accountEventType('ContactUpdated').implement({
    description: 'Another user has become a contact, is one in another way, or is none any more.',
    interfaces: [AccountEventType],
    fields: (t) => ({
      userId: t.exposeID('userId', { description: 'The other user.' }),
      contact: t.expose('contact', {
        type: ContactType,
        nullable: true,
        description: 'The contact as it is now; null: there is none any more.',
      }),
    }),
  });

  accountEventType('PresenceChanged').implement({
    description: 'A contact who shows it can be reached now, or not any more, or is in a call.',
    interfaces: [AccountEventType],
    fields: (t) => ({
      user: t.expose('user', { type: UserType, description: 'The contact.' }),
      presence: t.expose('presence', {
        type: PresenceType,
        description: 'Whether the contact can be reached.',
      }),
    }),
  });

  accountEventType('CallsSeen').implement({
    description:
      'The caller has seen their calls on one of their devices, see `markCallsSeen`. It has the place of the event before it, and is not sent again after a resume: read `calls { seenUntil }` after each snapshot.',
    interfaces: [AccountEventType],
    fields: (t) => ({
      until: t.expose('until', {
        type: 'DateTime',
        description: 'Calls that were made until then are seen.',
      }),
    }),
  });

  builder.subscriptionField('accountEvents', (t) =>
    t.field({
      type: AccountEventType,
      description:
        'The caller can be reached on this device as long as this subscription lasts: calls ring here, and contacts see the caller as online. Guests cannot use it.',
      args: {
        clientKey: t.arg.id({
          description:
            'Identifies this device after a reconnect, at most 128 characters. Without it the device is gone with its socket.',
        }),
        after: t.arg.id({
          description: 'The last cursor that was received. Every event after it is sent once.',
        }),
      },
      subscribe: async (_root, { clientKey, after }, context) => {
        const request = { clientKey: clientKey ?? null, after: after ?? null };
        const { attending } = context.services;
        return new MailboxSource(
          await attending.attend(signedIn(context), request, context.client),
        );
      },
      resolve: (event) => event,
    }),
  );
}

/** Servers of a version before did not say it. */
function isWaiting({
  waiting,
}: Pick<Extract<AccountChange, { type: 'CallRinging' }>, 'waiting'>): boolean {
  return waiting === true;
}

function remainingOf(call: Call): number {
  return 'shownAt' in call ? remainingMs(call as ShownCall) : 0;
}

function isSeen(contact: Contact): contact is SeenContact {
  return 'presence' in contact;
}
