import {
  AlreadyInCallError,
  AnsweredElsewhereError,
  CallAnsweredError,
  CallEndedError,
} from '../domain/call/errors.ts';
import { RoomNotFoundError } from '../domain/errors.ts';
import { UserNotFoundError } from '../domain/people/errors.ts';
import type { ShownCall } from '../domain/person/entry.ts';
import { builder } from './builder.ts';
import { CallMediaType, CallType } from './call.ts';
import { signedIn } from './context.ts';
import { attempt, resultUnion } from './errors.ts';

const RingInput = builder.inputType('RingInput', {
  description: 'Whom to call.',
  fields: (t) => ({
    userIds: t.idList({
      required: true,
      description: 'The users who are called: at least one, at most 7 unless configured otherwise.',
    }),
    roomId: t.id({
      description:
        'The room of the call. Without it, a room is made for the call, and ends with it.',
    }),
    media: t.field({
      type: CallMediaType,
      required: true,
      defaultValue: 'VIDEO',
      description: 'What the call begins with.',
    }),
    ringId: t.id({
      description:
        'Makes the call idempotent: the same id of the same caller is the same call. At most 128 characters.',
    }),
  }),
});

const AcceptCallInput = builder.inputType('AcceptCallInput', {
  description: 'Which call, and with which client.',
  fields: (t) => ({
    callId: t.id({ required: true, description: 'The call.' }),
    clientKey: t.id({
      required: true,
      description:
        'Identifies the client that answers, at most 128 characters. The same client may ask again and gets the same answer.',
    }),
  }),
});

const DeclineCallInput = builder.inputType('DeclineCallInput', {
  description: 'Which call.',
  fields: (t) => ({ callId: t.id({ required: true, description: 'The call.' }) }),
});

const CancelCallInput = builder.inputType('CancelCallInput', {
  description: 'Which call.',
  fields: (t) => ({ callId: t.id({ required: true, description: 'The call.' }) }),
});

const RingSuccess = successType(
  'RingSuccess',
  'The call was made. It may have ended already, for example because everybody is busy.',
);
const AcceptCallSuccess = successType(
  'AcceptCallSuccess',
  'This client has answered: join the room of the call. All other devices of the caller are told.',
);
const DeclineCallSuccess = successType(
  'DeclineCallSuccess',
  'The caller of this mutation does not take the call. All their devices are told.',
);
const CancelCallSuccess = successType(
  'CancelCallSuccess',
  'Nobody who had not answered is rung any more.',
);

function successType(name: string, description: string) {
  return builder.objectRef<{ call: ShownCall }>(name).implement({
    description,
    fields: (t) => ({
      call: t.expose('call', { type: CallType, description: 'The call as it is now.' }),
    }),
  });
}

/** Adds the fields of this file to the schema. */
export function addRinging(): void {
  builder.mutationFields((t) => ({
    ring: t.field({
      type: resultUnion(RingSuccess, [RoomNotFoundError, UserNotFoundError, AlreadyInCallError]),
      description:
        'Calls users: their devices ring until somebody answers, for 30 seconds unless configured otherwise. If a callee rings the caller at the same time, the answer is the call that goes on, in which both are. Guests cannot call.',
      args: { input: t.arg({ type: RingInput, required: true, description: 'Whom to call.' }) },
      resolve: (_root, { input: { userIds, roomId, media, ringId } }, context) =>
        attempt(async () => {
          const request = { userIds, roomId: roomId ?? null, media, ringId: ringId ?? null };
          return { call: await context.services.ringing.ring(signedIn(context), request) };
        }),
    }),
    acceptCall: t.field({
      type: resultUnion(AcceptCallSuccess, [CallEndedError, AnsweredElsewhereError]),
      description: 'Answers a call that rings. Only the first client of a user can.',
      args: {
        input: t.arg({ type: AcceptCallInput, required: true, description: 'Which call.' }),
      },
      resolve: (_root, { input: { callId, clientKey } }, context) =>
        attempt(async () => {
          const { ringing } = context.services;
          return { call: await ringing.accept(signedIn(context), callId, clientKey) };
        }),
    }),
    declineCall: t.field({
      type: resultUnion(DeclineCallSuccess, [CallEndedError, AnsweredElsewhereError]),
      description: 'Refuses a call that rings, on all devices of the caller.',
      args: {
        input: t.arg({ type: DeclineCallInput, required: true, description: 'Which call.' }),
      },
      resolve: (_root, { input: { callId } }, context) =>
        attempt(async () => ({
          call: await context.services.ringing.decline(signedIn(context), callId),
        })),
    }),
    cancelCall: t.field({
      type: resultUnion(CancelCallSuccess, [CallEndedError, CallAnsweredError]),
      description:
        'Stops ringing those who have not answered. If nobody has, the call ends. Only who made the call may do this; to hang up, leave its room.',
      args: {
        input: t.arg({ type: CancelCallInput, required: true, description: 'Which call.' }),
      },
      resolve: (_root, { input: { callId } }, context) =>
        attempt(async () => ({
          call: await context.services.ringing.cancel(signedIn(context), callId),
        })),
    }),
  }));
}
