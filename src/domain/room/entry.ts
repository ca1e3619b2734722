import type { User } from '../accounts/account.ts';
import type { Placed } from '../log.ts';
import type { VisibleRoom } from '../rooms/room.ts';
import type { LeaveReason, Participant } from './participant.ts';

/** The fields of `RTCIceCandidateInit`; an empty `candidate` means end of candidates. */
export interface IceCandidate {
  readonly candidate: string;
  readonly sdpMid?: string | null | undefined;
  readonly sdpMLineIndex?: number | null | undefined;
  readonly usernameFragment?: string | null | undefined;
}

/** What one participant sends to another. The text in it is carried, never interpreted. */
export type Signal =
  | { readonly type: 'OfferReceived'; readonly sdp: string }
  | { readonly type: 'AnswerReceived'; readonly sdp: string }
  | { readonly type: 'IceCandidatesReceived'; readonly candidates: readonly IceCandidate[] };

/** What is told to one participant alone. */
export type Notice =
  | {
      readonly type: 'MessageReceived';
      /** Who sent it, known by name also when that stay has ended. */
      readonly user: User;
      readonly text: string;
      readonly private: true;
    }
  /** The host, whose stay `by` is, asks to mute. */
  | { readonly type: 'MuteRequested'; readonly by: string }
  /**
   * To the host: somebody waits to be let in. Told again to whoever becomes host, to a host who comes back, and with
   * another name where who waits takes one.
   */
  | { readonly type: 'KnockReceived'; readonly knockId: string; readonly user: User }
  /** To the host: that one waits no more, for whatever reason. */
  | { readonly type: 'KnockEnded'; readonly knockId: string };

export type RoomClosedReason = 'CLOSED_BY_OWNER' | 'EXPIRED';

/** What happens in a room, told to all in it. */
export type RoomChange =
  | { readonly type: 'ParticipantJoined'; readonly participant: Participant }
  | { readonly type: 'ParticipantUpdated'; readonly participant: Participant }
  | {
      readonly type: 'ParticipantLeft';
      readonly participant: Participant;
      readonly reason: LeaveReason;
    }
  | {
      readonly type: 'MessageReceived';
      /** The sender's stay. */
      readonly from: string;
      readonly user: User;
      readonly text: string;
      readonly private: false;
    }
  | { readonly type: 'RoomUpdated'; readonly room: VisibleRoom }
  | { readonly type: 'RoomClosed'; readonly reason: RoomClosedReason };

/** An entry of a room's log. */
export type LogEntry = Placed &
  (
    | ({ readonly to: string; readonly from: string } & Signal)
    | ({
        readonly to: string;
        /** The stay that it comes from; null where none sent it. */
        readonly from: string | null;
      } & Notice)
    | ({
        readonly to: null;
        /** The stay that is not told, since it did this itself and knows. */
        readonly except: string | null;
      } & RoomChange)
  );

/** A message to all that a room keeps for those who join later. */
export interface ChatMessage extends Placed {
  readonly from: string;
  readonly user: User;
  readonly text: string;
}
