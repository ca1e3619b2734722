import { remainingMs, type ShownCall } from '../domain/person/entry.ts';
import { AccountEventType, accountEventType } from './account-event.ts';
import { builder } from './builder.ts';
import { CallEndReasonType, CallType } from './call.ts';
import { signedIn } from './context.ts';
import { MailboxSource } from './mailbox-source.ts';

/** Adds the fields of this file to the schema. */
export function addAccountEvents(): void {
  builder.objectField(CallType, 'remainingMs', (t) =>
    t.int({
      description:
        'How long it still rings, in milliseconds, from when this was sent; 0 if it does not ring.',
      resolve: (call) => ('shownAt' in call ? remainingMs(call as ShownCall) : 0),
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
          'The calls that the caller is in, or that ring at either side. A device rings while the state of its own leg is RINGING.',
        resolve: ({ calls }) => [...calls],
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
