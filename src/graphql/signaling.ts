import { NotInRoomError, PeerNotInRoomError } from '../domain/errors.ts';
import { whenReady } from '../domain/eventual.ts';
import { builder } from './builder.ts';
import { signedIn } from './context.ts';
import { attempt, attemptThen, resultUnion } from './errors.ts';
import { readMediaChange } from './media.ts';
import { changedStay } from './participants.ts';

const SIGNAL_ID =
  'Makes the send idempotent: the same id is accepted again and delivered once. At most 64 characters.';

const SendOfferInput = builder.inputType('SendOfferInput', {
  description: 'An SDP offer for one participant.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'The room that both are in.' }),
    to: t.id({ required: true, description: 'The participant it is for.' }),
    sdp: t.string({ required: true, description: 'At most 32 KiB; carried as it is.' }),
    signalId: t.id({ description: SIGNAL_ID }),
  }),
});

const SendAnswerInput = builder.inputType('SendAnswerInput', {
  description: 'An SDP answer for one participant.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'The room that both are in.' }),
    to: t.id({ required: true, description: 'The participant it is for.' }),
    sdp: t.string({ required: true, description: 'At most 32 KiB; carried as it is.' }),
    signalId: t.id({ description: SIGNAL_ID }),
  }),
});

const IceCandidateInput = builder.inputType('IceCandidateInput', {
  description: 'The fields of `RTCIceCandidateInit`; an empty `candidate` means end of candidates.',
  fields: (t) => ({
    candidate: t.string({ required: true, description: 'At most 1 KiB; carried as it is.' }),
    sdpMid: t.string({ description: 'Media stream id tag.' }),
    sdpMLineIndex: t.int({ description: 'Index of the media description.' }),
    usernameFragment: t.string({ description: 'The ICE user name fragment.' }),
  }),
});

const SendIceCandidatesInput = builder.inputType('SendIceCandidatesInput', {
  description: 'A burst of ICE candidates for one participant.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'The room that both are in.' }),
    to: t.id({ required: true, description: 'The participant they are for.' }),
    candidates: t.field({
      type: [IceCandidateInput],
      required: true,
      description: 'From 1 to 64, in order.',
    }),
    signalId: t.id({ description: SIGNAL_ID }),
  }),
});

function sentType(name: string, what: string) {
  return builder.objectRef<{ cursor: string }>(name).implement({
    description: `The ${what} is in the room’s log. It reaches the addressee unless the addressee leaves.`,
    fields: (t) => ({ cursor: t.exposeID('cursor', { description: 'Its place in the log.' }) }),
  });
}

const asSent = (cursor: string) => ({ cursor });

const LeaveRoomInput = builder.inputType('LeaveRoomInput', {
  description: 'Which room to leave.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'The room’s id.' }),
    participantId: t.id({
      description:
        'The stay to end; a newer stay of the caller continues. Default: the stay that the caller has now.',
    }),
  }),
});

const LeaveRoomSuccess = builder.objectRef<{ roomId: string }>('LeaveRoomSuccess').implement({
  description: 'The stay has ended, and its subscription is complete.',
  fields: (t) => ({ roomId: t.exposeID('roomId', { description: 'The room that was left.' }) }),
});

const SetMediaInput = builder.inputType('SetMediaInput', {
  description: 'What the caller sends from now on. A field that is not given stays as it is.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'The room’s id.' }),
    audio: t.boolean({ description: 'Whether the microphone is on.' }),
    video: t.boolean({ description: 'Whether the camera is on.' }),
    screen: t.boolean({ description: 'Whether the screen is shown.' }),
  }),
});

const SetMediaSuccess = changedStay('SetMediaSuccess');

/** Adds the fields of this file to the schema. */
export function addSignaling(): void {
  builder.mutationFields((t) => ({
    sendOffer: t.field({
      type: resultUnion(sentType('SendOfferSuccess', 'offer'), [
        NotInRoomError,
        PeerNotInRoomError,
      ]),
      description: 'Sends an SDP offer to one participant of the same room.',
      args: { input: t.arg({ type: SendOfferInput, required: true, description: 'The offer.' }) },
      resolve: (_root, { input }, context) =>
        attemptThen(() => {
          const { roomId, to, sdp, signalId } = input;
          const signal = { type: 'OfferReceived', sdp } as const;
          const { signaling } = context.services;
          return signaling.sendDescription(signedIn(context), signal, roomId, to, signalId ?? null);
        }, asSent),
    }),
    sendAnswer: t.field({
      type: resultUnion(sentType('SendAnswerSuccess', 'answer'), [
        NotInRoomError,
        PeerNotInRoomError,
      ]),
      description: 'Sends an SDP answer to one participant of the same room.',
      args: { input: t.arg({ type: SendAnswerInput, required: true, description: 'The answer.' }) },
      resolve: (_root, { input }, context) =>
        attemptThen(() => {
          const { roomId, to, sdp, signalId } = input;
          const signal = { type: 'AnswerReceived', sdp } as const;
          const { signaling } = context.services;
          return signaling.sendDescription(signedIn(context), signal, roomId, to, signalId ?? null);
        }, asSent),
    }),
    sendIceCandidates: t.field({
      type: resultUnion(sentType('SendIceCandidatesSuccess', 'burst'), [
        NotInRoomError,
        PeerNotInRoomError,
      ]),
      description: 'Sends ICE candidates to one participant of the same room.',
      args: {
        input: t.arg({ type: SendIceCandidatesInput, required: true, description: 'The burst.' }),
      },
      resolve: (_root, { input }, context) =>
        attemptThen(() => {
          const { roomId, to, candidates, signalId } = input;
          const signal = { type: 'IceCandidatesReceived', candidates } as const;
          const { signaling } = context.services;
          return signaling.sendCandidates(signedIn(context), signal, roomId, to, signalId ?? null);
        }, asSent),
    }),
  }));

  builder.mutationFields((t) => ({
    leaveRoom: t.field({
      type: resultUnion(LeaveRoomSuccess, [NotInRoomError]),
      description: 'Ends the caller’s stay, even if it belongs to another client.',
      args: { input: t.arg({ type: LeaveRoomInput, required: true, description: 'Which room.' }) },
      resolve: (_root, { input: { roomId, participantId } }, context) =>
        attempt(() =>
          whenReady(
            context.services.signaling.leave(signedIn(context), roomId, participantId ?? null),
            () => ({ roomId }),
          ),
        ),
    }),
    setMedia: t.field({
      type: resultUnion(SetMediaSuccess, [NotInRoomError]),
      description: 'Tells the room what the caller sends: microphone, camera, screen.',
      args: { input: t.arg({ type: SetMediaInput, required: true, description: 'What changes.' }) },
      resolve: (_root, { input }, context) =>
        attempt(() =>
          whenReady(
            context.services.signaling.setMedia(
              signedIn(context),
              input.roomId,
              readMediaChange(input),
            ),
            (participant) => ({ participant }),
          ),
        ),
    }),
  }));
}
