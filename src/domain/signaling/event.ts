import type { JoinError } from '../errors.ts';
import type { Room } from '../rooms/room.ts';
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

export type RoomClosedReason = 'CLOSED_BY_HOST' | 'EXPIRED';

/** What happens in a room, told to all in it. */
export type RoomChange =
  | { readonly type: 'ParticipantJoined'; readonly participant: Participant }
  | { readonly type: 'ParticipantUpdated'; readonly participant: Participant }
  | {
      readonly type: 'ParticipantLeft';
      readonly participant: Participant;
      readonly reason: LeaveReason;
    }
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
        readonly to: null;
        /** The stay that is not told, since it did this itself and knows. */
        readonly except: string | null;
      } & RoomChange)
  );

/** Always the first event of a subscription: all there is to know, as of now. */
export interface RoomSnapshot extends Placed {
  readonly type: 'RoomSnapshot';
  readonly room: Room;
  readonly self: Participant;
  readonly participants: readonly Participant[];
  readonly iceServers: IceServers;
  /** Whether the stay went on and every event that was missed follows. */
  readonly recovered: boolean;
}

/** First and last event of a join that was refused. */
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
export type RoomEvent = LogEntry | RoomSnapshot | JoinRefused | IceServersRefreshed;

/** Whether a stay may see an entry. */
export function isVisible(entry: LogEntry, stayId: string): boolean {
  return entry.to === null ? entry.except !== stayId : entry.to === stayId;
}
