import { whenReady } from '../domain/eventual.ts';
import { UserType } from './accounts.ts';
import { builder } from './builder.ts';
import { signedIn } from './context.ts';
import { attempt, KnockNotFound, NotHost, NotInRoom, resultUnion } from './errors.ts';
import { eventType, RoomEventType } from './room-event.ts';

eventType('KnockPending').implement({
  description:
    'The host has to let the caller in. The first event then; to unsubscribe is to wait no more.',
  interfaces: [RoomEventType],
  fields: (t) => ({
    knockId: t.exposeID('knockId', { description: 'Names the caller’s knock.' }),
  }),
});

eventType('KnockAnswered').implement({
  description: 'The host’s answer to the caller: a `RoomSnapshot` follows, or `JoinRefused`.',
  interfaces: [RoomEventType],
  fields: (t) => ({
    knockId: t.exposeID('knockId', { description: 'The caller’s knock.' }),
    admitted: t.exposeBoolean('admitted', { description: 'Whether the caller is let in.' }),
  }),
});

eventType('KnockReceived').implement({
  description:
    'Somebody waits to be let in. To the host alone; again to whoever becomes host, and to a host who comes back.',
  interfaces: [RoomEventType],
  fields: (t) => ({
    knockId: t.exposeID('knockId', { description: 'Names the knock; drop a repeat by it.' }),
    user: t.expose('user', { type: UserType, description: 'Who waits.' }),
  }),
});

eventType('KnockEnded').implement({
  description: 'That one waits no more: answered, or gone. To the host alone.',
  interfaces: [RoomEventType],
  fields: (t) => ({
    knockId: t.exposeID('knockId', { description: 'The knock that ended.' }),
  }),
});

for (const [verb, admitted, what] of [
  ['Admit', true, 'Lets in'],
  ['Deny', false, 'Refuses'],
] as const) {
  const Input = builder.inputType(`${verb}ParticipantInput`, {
    description: 'Who waits.',
    fields: (t) => ({
      roomId: t.id({ required: true, description: 'The room that the caller is host of.' }),
      knockId: t.id({ required: true, description: 'The knock, as `KnockReceived` names it.' }),
    }),
  });
  const Success = builder.objectRef<{ knockId: string }>(`${verb}ParticipantSuccess`).implement({
    description: 'The one who waited is told.',
    fields: (t) => ({
      knockId: t.exposeID('knockId', { description: 'The knock that was answered.' }),
    }),
  });
  builder.mutationField(admitted ? 'admitParticipant' : 'denyParticipant', (t) =>
    t.field({
      type: resultUnion(Success, [NotInRoom, NotHost, KnockNotFound]),
      description: `${what} somebody who waits before the room. Only its acting host may.`,
      args: { input: t.arg({ type: Input, required: true, description: 'Who waits.' }) },
      resolve: (_root, { input: { roomId, knockId } }, context) =>
        attempt(() => {
          const { moderation } = context.services;
          const caller = signedIn(context);
          return whenReady(moderation.answerKnock(caller, roomId, knockId, admitted), () => ({
            knockId,
          }));
        }),
    }),
  );
}
