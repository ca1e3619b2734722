import type { ReceivedData } from './call-data.ts';
import type { CallMessage } from './chat.ts';
import type { FirstOffer } from './first-offer.ts';
import type { EndReason, RoomFieldsFragment, UserFieldsFragment } from './generated/graphql.ts';
import type { IncomingFile } from './incoming-file.ts';
import type { Participant, RemoteParticipantView } from './remote-participant.ts';
import type { RoomEnd } from './room-end.ts';
import type { RoomLinkState } from './room-link-events.ts';
import type { PeerStatistics } from './statistics.ts';
import type { VideoEffect } from './video-effect.ts';

/** The local participant of a call. */
export interface LocalParticipant extends Participant {
  /** Microphone and camera. Show it muted. */
  readonly stream: MediaStream;
  /** The shared screen; null while nothing is shared. */
  readonly screen: MediaStream | null;
  /** The effect on the camera; null for none. While it is being started, it is here already. */
  readonly videoEffect: VideoEffect | null;
  /** Whether this page records the call, with `Call.record`. */
  readonly recording: boolean;
}

/** Somebody who waits until the host lets them in. */
export interface Knock {
  readonly knockId: string;
  readonly user: UserFieldsFragment;
}

/** A call at one moment. Every change makes a new object; without a change it stays the same object. */
export interface CallSnapshot {
  readonly state: RoomLinkState;
  /** Why the call ended; null before the end. */
  readonly end: RoomEnd | null;
  readonly room: RoomFieldsFragment;
  readonly self: LocalParticipant;
  /** The others, in the order in which they joined. */
  readonly participants: readonly RemoteParticipantView[];
  /** The id of the other participant who is loudest or spoke last; null until somebody has spoken. */
  readonly activeSpeaker: string | null;
  /** The chat messages, oldest first, sent ones included; at most the newest 1,000. */
  readonly messages: readonly CallMessage[];
  /** Who waits to be let in; always empty unless the local participant is the host. */
  readonly knocks: readonly Knock[];
}

export interface CallEvents {
  /** Somebody joined. Those who were there before the local participant are in the snapshot. */
  participantJoined: RemoteParticipantView;
  /** The media, hand, role, connection, stream, quality or speaking of another participant changed. */
  participantUpdated: RemoteParticipantView;
  participantLeft: { readonly participant: RemoteParticipantView; readonly reason: EndReason };
  /** `reconnecting` while the server is out of reach; media between the participants may still flow. */
  state: RoomLinkState;
  /** `CallSnapshot.activeSpeaker` changed. */
  activeSpeaker: string | null;
  /** The connection to another participant was measured. */
  statistics: { readonly participantId: string; readonly statistics: PeerStatistics };
  /** Another participant sent a chat message. Not emitted for messages from before the join. */
  message: CallMessage;
  /** Another participant has sent a message directly, with `Call.send`. */
  data: ReceivedData;
  /** Another participant offers a file. While nobody listens to this event, files are refused. */
  fileOffered: IncomingFile;
  /** The host asks the local participant to mute. The page decides whether to do so or to ask the user. */
  muteRequested: { readonly by: string };
  /** Somebody waits to be let in. Only the host gets this. */
  knock: Knock;
  /** The room's settings changed. */
  roomUpdated: RoomFieldsFragment;
  /** The call ended for good. */
  end: RoomEnd;
  /**
   * Something failed that does not end the call, for example a negotiation, which the SDK tries again. `EFFECT_FAILED`: the
   * video effect has failed, and the camera was switched off.
   */
  error: unknown;
}

export interface CallOptions {
  /** The constraints for a camera that is switched on during the call. Default: ideally 1280×720. */
  readonly cameraConstraints?: MediaTrackConstraints;
  /**
   * The constraints for a microphone that is opened during the call, such as `{ noiseSuppression: false }` for music. Default:
   * echo cancellation, noise suppression and automatic gain control, as far as the browser has them.
   */
  readonly microphoneConstraints?: MediaTrackConstraints;
  /**
   * Further configuration of each `RTCPeerConnection`, such as `iceTransportPolicy: 'relay'`, which sends media only
   * through TURN servers. Default: the browser's. The STUN and TURN servers always come from the server.
   */
  readonly rtcConfiguration?: Omit<RTCConfiguration, 'iceServers'>;
  /**
   * What all sent video together may use of the uplink, in bits a second. It is divided evenly among the other
   * participants. Default 4,000,000. With `Infinity`, each of them gets the highest useful bitrate.
   */
  readonly uplinkBitrate?: number;
  /**
   * A participant who cannot be reached for this long, in milliseconds, gets the `peerState` `failed`. The SDK keeps
   * trying. Default 15,000.
   */
  readonly connectTimeoutMs?: number;
  /**
   * How often each connection is measured, in milliseconds. With 0 it is never measured and its quality stays unknown.
   * Default 2,000.
   */
  readonly statisticsIntervalMs?: number;
}

/** What the call of a join begins with. */
export interface JoinedOptions extends CallOptions {
  /** The offer that went out with the join; null if none did. */
  readonly firstOffer: FirstOffer | null;
}
