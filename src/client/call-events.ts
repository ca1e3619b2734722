import type { CallMessage } from './chat.ts';
import type { EndReason, RoomFieldsFragment, UserFieldsFragment } from './generated/graphql.ts';
import type { Participant, RemoteParticipantView } from './remote-participant.ts';
import type { RoomEnd } from './room-end.ts';
import type { RoomLinkState } from './room-link-events.ts';
import type { PeerStatistics } from './statistics.ts';

/** Oneself in a call. */
export interface LocalParticipant extends Participant {
  /** Microphone and camera. Show it muted. */
  readonly stream: MediaStream;
  /** What one shares of the screen; null when nothing. */
  readonly screen: MediaStream | null;
}

/** Somebody who waits for the host to let them in. */
export interface Knock {
  readonly knockId: string;
  readonly user: UserFieldsFragment;
}

/** A call at one moment. A new object whenever anything in it changes, the same as long as nothing does. */
export interface CallSnapshot {
  readonly state: RoomLinkState;
  /** Why it is over; null while it is not. */
  readonly end: RoomEnd | null;
  readonly room: RoomFieldsFragment;
  readonly self: LocalParticipant;
  /** The others, in the order in which they joined. */
  readonly participants: readonly RemoteParticipantView[];
  /** The id of the one of the others who speaks most, or spoke last; null while nobody has. */
  readonly activeSpeaker: string | null;
  /** What was said in writing, oldest first, one's own included; the newest 1,000 at most. */
  readonly messages: readonly CallMessage[];
  /** Who waits to be let in; empty for all but the host. */
  readonly knocks: readonly Knock[];
}

export interface CallEvents {
  /** Somebody came after oneself; who was there before is in the snapshot. */
  participantJoined: RemoteParticipantView;
  /** Media, hand, role, connection, stream, quality or speaking of one of the others changed. */
  participantUpdated: RemoteParticipantView;
  participantLeft: { readonly participant: RemoteParticipantView; readonly reason: EndReason };
  /** `reconnecting` while the server is out of reach; media between peers may well go on. */
  state: RoomLinkState;
  /** Another of the others speaks most now. */
  activeSpeaker: string | null;
  /** The connection to one of the others was measured. */
  statistics: { readonly participantId: string; readonly statistics: PeerStatistics };
  /** Somebody said something in writing; not told of what was said before the join, or by oneself. */
  message: CallMessage;
  /** The host asks to mute; it is up to the page to do it, or to ask. */
  muteRequested: { readonly by: string };
  /** To the host: somebody waits to be let in. */
  knock: Knock;
  /** The room's settings changed. */
  roomUpdated: RoomFieldsFragment;
  /** It is over, for good. */
  end: RoomEnd;
  /** Something failed that does not end the call, for example a negotiation. It is tried again. */
  error: unknown;
}

export interface CallOptions {
  /** What a camera that is switched on during the call is asked for. Default: 1280×720 at best. */
  readonly cameraConstraints?: MediaTrackConstraints;
  /**
   * More for each `RTCPeerConnection`, such as `iceTransportPolicy: 'relay'`, which sends media only through TURN
   * servers. Default: the browser's; the STUN and TURN servers are the server's.
   */
  readonly rtcConfiguration?: Omit<RTCConfiguration, 'iceServers'>;
  /**
   * What all video that is sent may use of the uplink together, in bits a second; it is divided among the others.
   * Default 4,000,000; `Infinity` sends to each what is of use at most.
   */
  readonly uplinkBitrate?: number;
  /**
   * After how long without a way to one of the others their `peerState` is `failed`, in milliseconds; it is tried
   * further. Default 15,000.
   */
  readonly connectTimeoutMs?: number;
  /** How often each connection is measured, in milliseconds; 0 never, and no quality is known then. Default 2,000. */
  readonly statisticsIntervalMs?: number;
}
