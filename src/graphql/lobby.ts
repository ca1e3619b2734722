import { KnockNotFoundError, NotHostError, NotInRoomError } from '../domain/errors.ts';
import { whenReady } from '../domain/eventual.ts';
import { UserType } from './accounts.ts';
import { builder } from './builder.ts';
import { signedIn } from './context.ts';
import { attempt, resultUnion } from './errors.ts';
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
        'Whether to ban that user, as `removeParticipant` does: a ban by the owner lasts as long as the room, a ban by another host until everybody has left.',
    }),
  }),
});

const AdmitParticipantSuccess = answeredType('AdmitParticipantSuccess');
const DenyParticipantSuccess = answeredType('DenyParticipantSuccess');

function answeredType(name: string) {
  return builder.objectRef<{ knockId: string }>(name).implement({
    description: 'The user who waited is told.',
    fields: (t) => ({
      knockId: t.exposeID('knockId', { description: 'The knock that was answered.' }),
    }),
  });
}

/** Adds the fields of this file to the schema. */
export function addLobby(): void {
  eventType('KnockPending', 'by reader').implement({
    description:
      'The first event if the host has to admit the caller. Unsubscribing withdraws the knock.',
    interfaces: [RoomEventType],
    fields: (t) => ({
      knockId: t.exposeID('knockId', { description: 'Identifies the caller’s knock.' }),
      hostTold: t.exposeBoolean('hostTold', {
        description: 'Whether a host is in the room and was told. Otherwise the next host is told.',
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
      'Somebody waits to be admitted. Only the host gets it; it is sent again to a new host, and to a host who comes back.',
    interfaces: [RoomEventType],
    fields: (t) => ({
      knockId: t.exposeID('knockId', {
        description: 'Identifies the knock; use it to ignore repeats.',
      }),
      user: t.expose('user', { type: UserType, description: 'Who waits.' }),
    }),
  });

  eventType('KnockEnded', 'by reader').implement({
    description: 'A knock has ended: it was answered or withdrawn. Only the host gets it.',
    interfaces: [RoomEventType],
    fields: (t) => ({
      knockId: t.exposeID('knockId', { description: 'The knock that ended.' }),
    }),
  });

  builder.mutationFields((t) => ({
    admitParticipant: t.field({
      type: resultUnion(AdmitParticipantSuccess, [
        NotInRoomError,
        NotHostError,
        KnockNotFoundError,
      ]),
      description: 'Admits somebody who knocks. Only the acting host may do this.',
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
      type: resultUnion(DenyParticipantSuccess, [NotInRoomError, NotHostError, KnockNotFoundError]),
      description:
        'Refuses somebody who knocks. After each refusal that user has to wait longer before the next knock. Only the acting host may do this.',
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
