import type { User } from '../accounts/account.ts';
import type { JoinError } from '../errors.ts';
import type { VisibleRoom } from '../rooms/room.ts';
import type { IceServers } from './ice-servers.ts';
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
  /** To the host: somebody waits to be let in. Told again to whoever becomes host, and to a host who comes back. */
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

interface Placed {
  /** Names the event's place in the room's log, see cursor.ts. */
  readonly cursor: string;
  readonly position: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

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

/** The first event of being in a room: all there is to know, as of now. */
export interface RoomSnapshot extends Placed {
  readonly type: 'RoomSnapshot';
  readonly room: VisibleRoom;
  readonly self: Participant;
  readonly participants: readonly Participant[];
  readonly iceServers: IceServers;
  /** What was said to all before, oldest first; empty where a stay was recovered. */
  readonly messages: readonly ChatMessage[];
  /** Whether the stay went on and every event that was missed follows. */
  readonly recovered: boolean;
}

/** First event of a subscription that has to wait for the host. */
export interface KnockPending extends Placed {
  readonly type: 'KnockPending';
  readonly knockId: string;
}

/** The host's answer; what follows is a snapshot, or a refusal. */
export interface KnockAnswered extends Placed {
  readonly type: 'KnockAnswered';
  readonly knockId: string;
  readonly admitted: boolean;
}

/** Last event of a join that was refused, and the first unless it had to wait. */
export interface JoinRefused extends Placed {
  readonly type: 'JoinRefused';
  readonly error: JoinError;
}

/** Newer STUN and TURN credentials for one participant, at the place of the event before it. */
export interface IceServersRefreshed extends Placed {
  readonly type: 'IceServersRefreshed';
  readonly iceServers: IceServers;
}

/** What a subscription to a room's events yields. */
export type RoomEvent =
  | LogEntry
  | RoomSnapshot
  | KnockPending
  | KnockAnswered
  | JoinRefused
  | IceServersRefreshed;

/** Whether a stay may see an entry. */
export function isVisible(entry: LogEntry, stayId: string): boolean {
  return entry.to === null ? entry.except !== stayId : entry.to === stayId;
}
