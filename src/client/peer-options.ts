import type { DataChannels } from './data-channels.ts';
import type { FirstOffer } from './first-offer.ts';
import type { IceCandidateInput, MediaStateInput } from './generated/graphql.ts';

/** The three kinds of media that a participant sends. Each has its own transceiver for as long as the peer lasts. */
export type MediaSlot = 'audio' | 'video' | 'screen';

export const SLOTS: readonly MediaSlot[] = ['audio', 'video', 'screen'];

/**
 * `connecting` until media can flow for the first time, `reconnecting` whenever it stops later, `failed` after
 * `connectTimeoutMs` of either. The peer keeps trying in all three states, so each can become `connected`.
 */
export type PeerState = 'connecting' | 'connected' | 'reconnecting' | 'failed' | 'closed';

/** How a peer sends its descriptions and candidates to the other side, through the server. */
export interface PeerSignals {
  sendOffer(sdp: string): void;
  sendAnswer(sdp: string): void;
  sendCandidates(candidates: IceCandidateInput[]): void;
}

export interface PeerOptions {
  /** The polite side of a pair sends the first offer, and gives way when both offer at once. */
  readonly polite: boolean;
  /** The polite side’s first offer, if the other side has got it already. Default: none. */
  readonly firstOffer?: FirstOffer | null;
  readonly configuration: RTCConfiguration;
  readonly signals: PeerSignals;
  /** Whether signals that are sent now reach the other side soon. While they do not, repairs wait for `Peer.resume`. */
  readonly canSignal: () => boolean;
  readonly tracks: Readonly<Record<MediaSlot, MediaStreamTrack | null>>;
  /** Which media the other side says it is sending. Default: unknown, so only the transport is watched. */
  readonly remoteMedia?: () => MediaStateInput;
  /** How long the two may fail to reach each other before the state is `failed`, in milliseconds. Default 15,000. */
  readonly connectTimeoutMs?: number;
  readonly onState: (state: PeerState) => void;
  /** `Peer.remoteTracks` has changed. */
  readonly onTracks: () => void;
  /**
   * The data channels of the connection, to be listened to at once; those of each new connection anew. Not called for a
   * peer that has none. Default: none are opened.
   */
  readonly onChannels?: (channels: DataChannels) => void;
  /** No media arrives any more although it should. The repair has begun already. */
  readonly onSilence?: () => void;
  /** Media arrives again after such a silence, so what this side sends most likely arrives again too. */
  readonly onMediaBack?: () => void;
  readonly onError: (error: unknown) => void;
}
