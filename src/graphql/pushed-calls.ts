import { AnsweredElsewhereError, CallEndedError } from '../domain/call/errors.ts';
import type { PushedCall } from '../domain/calling/pushed-calls.ts';
import { TokenInvalidError } from '../domain/errors.ts';
import { builder } from './builder.ts';
import { LegStateType } from './call.ts';
import { attempt, resultUnion } from './errors.ts';

const PushedCallType = builder.objectRef<PushedCall>('PushedCall').implement({
  description: 'What a browser that was woken by a push message may know about the call.',
  fields: (t) => ({
    callId: t.exposeID('callId', { description: 'The call.' }),
    state: t.expose('state', {
      type: LegStateType,
      description: 'What became of the ring at the user who got the message.',
    }),
    remainingMs: t.exposeInt('remainingMs', {
      description: 'How long it still rings, in milliseconds; 0: it does not.',
    }),
  }),
});

const DeclinePushedCallInput = builder.inputType('DeclinePushedCallInput', {
  description: 'Which call.',
  fields: (t) => ({
    token: t.string({ required: true, description: 'The `token` of the push message.' }),
  }),
});

const DeclinePushedCallSuccess = builder
  .objectRef<{ call: PushedCall }>('DeclinePushedCallSuccess')
  .implement({
    description: 'The user does not take the call. All their devices are told.',
    fields: (t) => ({
      call: t.expose('call', {
        type: PushedCallType,
        description: 'The call as it is now.',
      }),
    }),
  });

/** Adds the fields of this file to the schema. */
export function addPushedCalls(): void {
  builder.queryField('pushedCall', (t) =>
    t.field({
      type: PushedCallType,
      nullable: true,
      description:
        'The call of a push message, for a service worker that is about to show it: nobody has to be signed in. Null if the call is over, or the session that subscribed has ended.',
      args: {
        token: t.arg.string({ required: true, description: 'The `token` of the push message.' }),
      },
      resolve: (_root, { token }, { services }) => services.pushedCalls.find(token),
    }),
  );

  builder.mutationField('declinePushedCall', (t) =>
    t.field({
      type: resultUnion(DeclinePushedCallSuccess, [
        TokenInvalidError,
        CallEndedError,
        AnsweredElsewhereError,
      ]),
      description:
        'Refuses the call of a push message, as `declineCall` does, without a session: nobody has to be signed in.',
      args: {
        input: t.arg({ type: DeclinePushedCallInput, required: true, description: 'Which call.' }),
      },
      resolve: (_root, { input: { token } }, { services }) =>
        attempt(async () => ({ call: await services.pushedCalls.decline(token) })),
    }),
  );
}
