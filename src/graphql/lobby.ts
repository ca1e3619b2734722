import { whenReady } from '../domain/eventual.ts';
import { UserType } from './accounts.ts';
import { builder } from './builder.ts';
import { signedIn } from './context.ts';
import { attempt, KnockNotFound, NotHost, NotInRoom, resultUnion } from './errors.ts';
import { eventType, RoomEventType } from './room-event.ts';

const AdmitParticipantInput = builder.inputType('AdmitParticipantInput', {
  description: 'Who waits.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'The room that the caller is host of.' }),
    knockId: t.id({ required: true, description: 'The knock, as `KnockReceived` names it.' }),
  }),
});

const DenyParticipantInput = builder.inputType('DenyParticipantInput', {
  description: 'Who waits.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'The room that the caller is host of.' }),
    knockId: t.id({ required: true, description: 'The knock, as `KnockReceived` names it.' }),
    ban: t.boolean({
      required: true,
      defaultValue: false,
      description:
        'Whether that user may not enter any more, as `removeParticipant` bans: by the owner for as long as the room exists, by another host until everybody has left.',
    }),
  }),
});

const AdmitParticipantSuccess = answeredType('AdmitParticipantSuccess');
const DenyParticipantSuccess = answeredType('DenyParticipantSuccess');

function answeredType(name: string) {
  return builder.objectRef<{ knockId: string }>(name).implement({
    description: 'The one who waited is told.',
    fields: (t) => ({
      knockId: t.exposeID('knockId', { description: 'The knock that was answered.' }),
    }),
  });
}

/** Adds to the schema what this file has on lobby. */
export function addLobby(): void {
  eventType('KnockPending', 'by reader').implement({
    description:
      'The host has to let the caller in. The first event then; to unsubscribe is to wait no more.',
    interfaces: [RoomEventType],
    fields: (t) => ({
      knockId: t.exposeID('knockId', { description: 'Names the caller’s knock.' }),
      hostTold: t.exposeBoolean('hostTold', {
        description:
          'Whether a host is in the room, who was told. Otherwise whoever becomes host is told then.',
      }),
    }),
  });

  eventType('KnockAnswered', 'by reader').implement({
    description: 'The host’s answer to the caller: a `RoomSnapshot` follows, or `JoinRefused`.',
    interfaces: [RoomEventType],
    fields: (t) => ({
      knockId: t.exposeID('knockId', { description: 'The caller’s knock.' }),
      admitted: t.exposeBoolean('admitted', { description: 'Whether the caller is let in.' }),
    }),
  });

  eventType('KnockReceived', 'by reader').implement({
    description:
      'Somebody waits to be let in. To the host alone; again to whoever becomes host, and to a host who comes back.',
    interfaces: [RoomEventType],
    fields: (t) => ({
      knockId: t.exposeID('knockId', { description: 'Names the knock; drop a repeat by it.' }),
      user: t.expose('user', { type: UserType, description: 'Who waits.' }),
    }),
  });

  eventType('KnockEnded', 'by reader').implement({
    description: 'That one waits no more: answered, or gone. To the host alone.',
    interfaces: [RoomEventType],
    fields: (t) => ({
      knockId: t.exposeID('knockId', { description: 'The knock that ended.' }),
    }),
  });

  builder.mutationFields((t) => ({
    admitParticipant: t.field({
      type: resultUnion(AdmitParticipantSuccess, [NotInRoom, NotHost, KnockNotFound]),
      description: 'Lets in somebody who waits before the room. Only its acting host may.',
      args: {
        input: t.arg({ type: AdmitParticipantInput, required: true, description: 'Who waits.' }),
      },
      resolve: (_root, { input: { roomId, knockId } }, context) =>
        attempt(() => {
          const { moderation } = context.services;
          const admitted = moderation.admit(signedIn(context), roomId, knockId);
          return whenReady(admitted, () => ({ knockId }));
        }),
    }),
    denyParticipant: t.field({
      type: resultUnion(DenyParticipantSuccess, [NotInRoom, NotHost, KnockNotFound]),
      description:
        'Refuses somebody who waits before the room, who has to wait longer before each further knock. Only its acting host may.',
      args: {
        input: t.arg({ type: DenyParticipantInput, required: true, description: 'Who waits.' }),
      },
      resolve: (_root, { input: { roomId, knockId, ban } }, context) =>
        attempt(async () => {
          const { moderation } = context.services;
          await moderation.deny(signedIn(context), roomId, knockId, ban);
          return { knockId };
        }),
    }),
  }));
}
