import { NotHostError, NotInRoomError, PeerNotInRoomError } from '../domain/errors.ts';
import { whenReady } from '../domain/eventual.ts';
import { builder } from './builder.ts';
import { signedIn } from './context.ts';
import { attempt, resultUnion } from './errors.ts';
import { changedStay } from './participants.ts';
import { eventType, RoomEventType } from './room-event.ts';

const RemoveParticipantInput = builder.inputType('RemoveParticipantInput', {
  description: 'Who has to leave.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'The room that the caller is host of.' }),
    participantId: t.id({ required: true, description: 'The participant.' }),
    ban: t.boolean({
      required: true,
      defaultValue: false,
      description:
        'Whether to ban that user: a ban by the owner lasts as long as the room, a ban by another host until everybody has left. Only the owner can use `Room.bans` and `unbanFromRoom`.',
    }),
  }),
});

const RemoveParticipantSuccess = builder
  .objectRef<{ participantId: string }>('RemoveParticipantSuccess')
  .implement({
    description: 'The stay has ended with REMOVED.',
    fields: (t) => ({
      participantId: t.exposeID('participantId', { description: 'Who was removed.' }),
    }),
  });

const MuteParticipantInput = builder.inputType('MuteParticipantInput', {
  description: 'Who is asked.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'The room that the caller is host of.' }),
    participantId: t.id({ required: true, description: 'The participant.' }),
  }),
});

const MuteParticipantSuccess = builder
  .objectRef<{ participantId: string }>('MuteParticipantSuccess')
  .implement({
    description: 'The participant was asked. Its media show whether it muted.',
    fields: (t) => ({
      participantId: t.exposeID('participantId', { description: 'Who was asked.' }),
    }),
  });

const RaiseHandInput = builder.inputType('RaiseHandInput', {
  description: 'Up or down.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'The room that the caller is in.' }),
    raised: t.boolean({ required: true, description: 'Whether the caller asks to speak.' }),
  }),
});

const RaiseHandSuccess = changedStay('RaiseHandSuccess');

/** Adds the fields of this file to the schema. */
export function addModeration(): void {
  eventType('MuteRequested', 'by reader').implement({
    description: 'The host asks the caller to mute. The server changes nothing by itself.',
    interfaces: [RoomEventType],
    fields: (t) => ({ by: t.exposeID('by', { description: 'The host’s participant.' }) }),
  });

  builder.mutationFields((t) => ({
    removeParticipant: t.field({
      type: resultUnion(RemoveParticipantSuccess, [
        NotInRoomError,
        NotHostError,
        PeerNotInRoomError,
      ]),
      description:
        'Ends the stay of another participant at once. Only the acting host may do this.',
      args: {
        input: t.arg({ type: RemoveParticipantInput, required: true, description: 'Who leaves.' }),
      },
      resolve: (_root, { input: { roomId, participantId, ban } }, context) =>
        attempt(async () => {
          const { moderation } = context.services;
          await moderation.remove(signedIn(context), roomId, participantId, ban);
          return { participantId };
        }),
    }),
    muteParticipant: t.field({
      type: resultUnion(MuteParticipantSuccess, [NotInRoomError, NotHostError, PeerNotInRoomError]),
      description:
        'Asks a participant to mute (`MuteRequested`). The server cannot switch a microphone off. Only the acting host may do this.',
      args: {
        input: t.arg({ type: MuteParticipantInput, required: true, description: 'Who is asked.' }),
      },
      resolve: (_root, { input: { roomId, participantId } }, context) =>
        attempt(() => {
          const { moderation } = context.services;
          const asked = moderation.requestMute(signedIn(context), roomId, participantId);
          return whenReady(asked, () => ({ participantId }));
        }),
    }),
    raiseHand: t.field({
      type: resultUnion(RaiseHandSuccess, [NotInRoomError]),
      description: 'Tells the room that the caller asks to speak, or no longer does.',
      args: { input: t.arg({ type: RaiseHandInput, required: true, description: 'Up or down.' }) },
      resolve: (_root, { input: { roomId, raised } }, context) =>
        attempt(() => {
          const { signaling } = context.services;
          const shown = signaling.raiseHand(signedIn(context), roomId, raised);
          return whenReady(shown, (participant) => ({ participant }));
        }),
    }),
  }));
}
