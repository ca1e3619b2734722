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

/** What one participant sends to another. The server does not interpret its text. */
export type Signal =
  | { readonly type: 'OfferReceived'; readonly sdp: string }
  | { readonly type: 'AnswerReceived'; readonly sdp: string }
  | { readonly type: 'IceCandidatesReceived'; readonly candidates: readonly IceCandidate[] };

/** The first offer of somebody who joins. It goes to one participant, as a signal does. */
export interface FirstOffer {
  readonly sdp: string;
  /** Whether the stay with this id reads fast enough to be sent it. */
  fits(stayId: string): boolean;
}

/** An event for one participant only. */
export type Notice =
  | {
      readonly type: 'MessageReceived';
      /** Who sent it, with the name, since that stay may have ended. */
      readonly user: User;
      readonly text: string;
      readonly private: true;
    }
  /** The host, with the stay `by`, asks to mute. */
  | { readonly type: 'MuteRequested'; readonly by: string }
  /**
   * To the host: somebody waits to be let in. It is told again to a new host, to a host who comes back, and when the
   * user who waits has a new name.
   */
  | { readonly type: 'KnockReceived'; readonly knockId: string; readonly user: User }
  /** To the host: this knock ended, for any reason. */
  | { readonly type: 'KnockEnded'; readonly knockId: string };

export type RoomClosedReason = 'CLOSED_BY_OWNER' | 'EXPIRED';

/** An event for everybody in the room. */
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
        /** The stay that sent it; null when the server did. */
        readonly from: string | null;
      } & Notice)
    | ({
        readonly to: null;
        /** The stay that is not told, because it did this itself. */
        readonly except: string | null;
      } & RoomChange)
  );

/** A message to all, kept for those who join later. */
export interface ChatMessage extends Placed {
  readonly from: string;
  readonly user: User;
  readonly text: string;
}
