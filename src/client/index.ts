export type { TypedDocumentNode } from '@graphql-typed-document-node/core';
export type { AccountActions, ConnectionToken } from './account-actions.ts';
export type { Reach } from './account-link.ts';
export type { BackoffOptions } from './backoff.ts';
export type { Call } from './call.ts';
export type { CallData, ReceivedData, SendFileTo, SendOptions } from './call-data.ts';
export type {
  CallEvents,
  CallOptions,
  CallSnapshot,
  Knock,
  LocalParticipant,
} from './call-events.ts';
export { CallStore, type CallStoreOptions, type CallView } from './call-store.ts';
export type { CallMessage } from './chat.ts';
export { createClient } from './client.ts';
export type {
  Client,
  ClientOptions,
  PageOptions,
  RoomClient,
  RoomPage,
  SignedIn,
} from './client-interface.ts';
export type { ConnectionQuality } from './connection-quality.ts';
export type {
  CheckConnectionOptions,
  ConnectionCheck,
  ConnectionCheckCode,
  ConnectionCheckName,
  ConnectionReport,
} from './connection-report.ts';
export { DataLimits } from './data-limits.ts';
export {
  type InputIssue,
  InvalidInputError,
  NetworkError,
  PeerqlError,
  RateLimitedError,
  RefusedError,
  RequestError,
  RoomFullError,
} from './errors.ts';
export type {
  AccountFieldsFragment as Account,
  CallEndReason,
  CallFieldsFragment as CallRecord,
  CallMedia,
  ContactFieldsFragment as Contact,
  EndReason,
  IceServersFieldsFragment as IceServers,
  ParticipantFieldsFragment as Participant,
  ParticipantRole,
  Presence,
  RoomFieldsFragment as Room,
  SessionFieldsFragment as Session,
  UserFieldsFragment as User,
} from './generated/graphql.ts';
/**
 * The typed operations of this SDK, for your own graphql-ws, Apollo or urql client.
 * @example
 * const { data } = await apollo.query({ query: RoomDocument, variables: { id } });
 */
export {
  AcceptCallDocument,
  AccountEventsDocument,
  CallsDocument,
  CancelCallDocument,
  ChangePasswordDocument,
  CloseRoomDocument,
  ContactsDocument,
  CreateRoomDocument,
  DeclineCallDocument,
  DeclinePushedCallDocument,
  DeleteAccountDocument,
  IceServersDocument,
  InvitationDocument,
  IssueConnectionTokenDocument,
  LeaveRoomDocument,
  LoginDocument,
  LogoutDocument,
  MeDocument,
  PushedCallDocument,
  PushKeyDocument,
  RegisterDocument,
  RemovePushSubscriptionDocument,
  RequestEmailVerificationDocument,
  RequestPasswordResetDocument,
  ResetPasswordDocument,
  RevokeOtherSessionsDocument,
  RevokeSessionDocument,
  RingDocument,
  RoomDocument,
  RoomEventsDocument,
  RoomsDocument,
  SavePushSubscriptionDocument,
  SendAnswerDocument,
  SendIceCandidatesDocument,
  SendOfferDocument,
  SessionsDocument,
  SetMediaDocument,
  UpdateProfileDocument,
  VerifyEmailDocument,
} from './generated/graphql.ts';
export type { IncomingCall, IncomingCallEnd } from './incoming-call.ts';
export type {
  IncomingCalls,
  IncomingCallsEvents,
  IncomingSnapshot,
} from './incoming-calls.ts';
export type {
  FileProgress,
  IncomingFile,
  ReceiveFileOptions,
  SendFileOptions,
} from './incoming-file.ts';
export type { JoinOptions, Waiting } from './join-room.ts';
export { type DeviceIds, LocalMedia, type LocalMediaState } from './local-media.ts';
export type {
  OutgoingCall,
  OutgoingCallEnd,
  OutgoingCallEvents,
  OutgoingSnapshot,
} from './outgoing-call.ts';
export {
  type MediaSlot,
  Peer,
  type PeerOptions,
  type PeerSignals,
  type PeerState,
} from './peer.ts';
export type { PeerFailure } from './peer-failure.ts';
export type { People, PeopleEvents, PeopleSnapshot, RingOptions } from './people.ts';
export type {
  Addressed,
  CallPage,
  ContactPage,
  PeopleActions,
  Reachability,
} from './people-actions.ts';
export {
  type OpenedCall,
  openedCall,
  type Push,
  type PushEvents,
  type PushOptions,
  type PushState,
} from './push.ts';
export type { PushWorker } from './push-registration.ts';
export type { PushTexts } from './push-settings.ts';
export { PushError, type PushObstacle } from './push-support.ts';
export type { Recording, RecordOptions } from './recording.ts';
export type { RemoteParticipantView } from './remote-participant.ts';
export type { RoomSettings } from './room-actions.ts';
export { createRoomClient } from './room-client.ts';
export type { RoomEnd } from './room-end.ts';
export { RoomLink } from './room-link.ts';
export type {
  RoomEvent,
  RoomLinkEvents,
  RoomLinkState,
  RoomSnapshot,
} from './room-link-events.ts';
export type { RoomLinkOptions } from './room-link-options.ts';
export type { SocketOptions } from './socket.ts';
export type { PeerStatistics } from './statistics.ts';
export type { Store } from './store.ts';
export type { TokenSource } from './token.ts';
export type { VideoEffect, VideoEffectContext } from './video-effect.ts';
export type { WantedVideo } from './wanted-video.ts';
