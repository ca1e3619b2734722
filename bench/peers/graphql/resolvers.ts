import type { Rooms } from './rooms.ts';

interface Context {
  userId: string;
}

interface SdpInput {
  roomId: string;
  to: string;
  sdp: string;
}

interface CandidatesInput {
  roomId: string;
  to: string;
  candidates: object[];
}

interface MediaInput {
  roomId: string;
  audio?: boolean;
  video?: boolean;
  screen?: boolean;
}

interface Input<Fields> {
  input: Fields;
}

/** The mutations that every GraphQL peer shares. */
export function mutations(rooms: Rooms) {
  return {
    sendOffer: (_: unknown, { input }: Input<SdpInput>, { userId }: Context) =>
      rooms.send(userId, input.roomId, input.to, 'Offer', { sdp: input.sdp }),
    sendAnswer: (_: unknown, { input }: Input<SdpInput>, { userId }: Context) =>
      rooms.send(userId, input.roomId, input.to, 'Answer', { sdp: input.sdp }),
    sendIceCandidates: (_: unknown, { input }: Input<CandidatesInput>, { userId }: Context) =>
      rooms.send(userId, input.roomId, input.to, 'IceCandidates', { candidates: input.candidates }),
    setMedia: (_: unknown, { input }: Input<MediaInput>, { userId }: Context) => {
      const { roomId, ...media } = input;
      return rooms.setMedia(userId, roomId, media);
    },
  };
}

/** Abstract types, which are resolved by the `__typename` of the events and results. */
export const abstractTypes = Object.fromEntries(
  [
    'RoomEvent',
    'Error',
    'SendOfferResult',
    'SendAnswerResult',
    'SendIceCandidatesResult',
    'SetMediaResult',
  ].map((type) => [
    type,
    { __resolveType: (value: { __typename: string }): string => value.__typename },
  ]),
);
