import type { IceCandidateInput, MediaStateInput } from './generated/graphql.ts';

/** What a participant sends, each over a transceiver of its own for as long as the peer lasts. */
export type MediaSlot = 'audio' | 'video' | 'screen';

/**
 * `connecting` until media can flow for the first time, `reconnecting` whenever it does not later, `failed` after
 * `connectTimeoutMs` of either. It is tried further in all three, so that each can become `connected`.
 */
export type PeerState = 'connecting' | 'connected' | 'reconnecting' | 'failed' | 'closed';

/** What a peer connection says to the other side, by way of the server. */
export interface PeerSignals {
  sendOffer(sdp: string): void;
  sendAnswer(sdp: string): void;
  sendCandidates(candidates: IceCandidateInput[]): void;
}

export interface PeerOptions {
  /** The polite side of a pair sends the first offer, and gives way when both offer at once. */
  readonly polite: boolean;
  readonly configuration: RTCConfiguration;
  readonly signals: PeerSignals;
  /** Whether what is sent now goes out and is read soon. While it is not, repairs wait for `Peer.resume`. */
  readonly canSignal: () => boolean;
  readonly tracks: Readonly<Record<MediaSlot, MediaStreamTrack | null>>;
  /** What the other side says that it sends now. Default: unknown, and only the transport is watched. */
  readonly remoteMedia?: () => MediaStateInput;
  /** After how long without a way between the two the state is `failed`, in milliseconds. Default 15,000. */
  readonly connectTimeoutMs?: number;
  readonly onState: (state: PeerState) => void;
  /** `Peer.remoteTracks` has changed. */
  readonly onTracks: () => void;
  /** Nothing comes any more although something should; it is repaired already. Default: not told. */
  readonly onSilence?: () => void;
  /** Media comes again after such a silence, and so what is sent arrives again, most likely. Default: not told. */
  readonly onMediaBack?: () => void;
  readonly onError: (error: unknown) => void;
}
