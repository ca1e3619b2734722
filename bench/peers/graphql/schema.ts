/** The part of PeerQL's schema that signaling uses, so that every GraphQL peer gets the same documents. */
export const typeDefs = /* GraphQL */ `
  type Query {
    room(id: ID!): Room
  }

  type Mutation {
    sendOffer(input: SendOfferInput!): SendOfferResult!
    sendAnswer(input: SendAnswerInput!): SendAnswerResult!
    sendIceCandidates(input: SendIceCandidatesInput!): SendIceCandidatesResult!
    setMedia(input: SetMediaInput!): SetMediaResult!
  }

  type Subscription {
    roomEvents(roomId: ID!, clientKey: ID, media: MediaStateInput): RoomEvent!
  }

  type Room { id: ID! participants: [Participant!]! }
  type User { id: ID! name: String! }
  type MediaState { audio: Boolean! video: Boolean! screen: Boolean! }
  enum ParticipantRole { HOST MEMBER }
  enum ConnectionState { CONNECTED RECONNECTING }
  type Participant {
    id: ID!
    user: User!
    role: ParticipantRole!
    joinOrder: Int!
    media: MediaState!
    handRaised: Boolean!
    connection: ConnectionState!
  }

  input MediaStateInput { audio: Boolean video: Boolean screen: Boolean }
  input SendOfferInput { roomId: ID! to: ID! sdp: String! }
  input SendAnswerInput { roomId: ID! to: ID! sdp: String! }
  input IceCandidateInput {
    candidate: String!
    sdpMid: String
    sdpMLineIndex: Int
    usernameFragment: String
  }
  input SendIceCandidatesInput { roomId: ID! to: ID! candidates: [IceCandidateInput!]! }
  input SetMediaInput { roomId: ID! audio: Boolean video: Boolean screen: Boolean }

  interface Error { message: String! }
  type NotInRoomError implements Error { message: String! }
  type PeerNotInRoomError implements Error { message: String! }

  type SendOfferSuccess { cursor: ID! }
  type SendAnswerSuccess { cursor: ID! }
  type SendIceCandidatesSuccess { cursor: ID! }
  type SetMediaSuccess { participant: Participant! }
  union SendOfferResult = SendOfferSuccess | NotInRoomError | PeerNotInRoomError
  union SendAnswerResult = SendAnswerSuccess | NotInRoomError | PeerNotInRoomError
  union SendIceCandidatesResult = SendIceCandidatesSuccess | NotInRoomError | PeerNotInRoomError
  union SetMediaResult = SetMediaSuccess | NotInRoomError

  interface RoomEvent { cursor: ID! at: String! }
  type RoomSnapshot implements RoomEvent {
    cursor: ID!
    at: String!
    room: Room!
    self: Participant!
    participants: [Participant!]!
    recovered: Boolean!
  }
  type ParticipantJoined implements RoomEvent { cursor: ID! at: String! participant: Participant! }
  type ParticipantUpdated implements RoomEvent { cursor: ID! at: String! participant: Participant! }
  enum LeaveReason { LEFT }
  type ParticipantLeft implements RoomEvent {
    cursor: ID!
    at: String!
    participant: Participant!
    reason: LeaveReason!
  }
  type OfferReceived implements RoomEvent { cursor: ID! at: String! from: ID! sdp: String! }
  type AnswerReceived implements RoomEvent { cursor: ID! at: String! from: ID! sdp: String! }
  type IceCandidate {
    candidate: String!
    sdpMid: String
    sdpMLineIndex: Int
    usernameFragment: String
  }
  type IceCandidatesReceived implements RoomEvent {
    cursor: ID!
    at: String!
    from: ID!
    candidates: [IceCandidate!]!
  }
`;
