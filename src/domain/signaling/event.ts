import type { JoinError } from '../errors.ts';
import type { Placed } from '../log.ts';
import type { ChatMessage, LogEntry } from '../room/entry.ts';
import type { Participant } from '../room/participant.ts';
import type { VisibleRoom } from '../rooms/room.ts';
import type { IceServers } from './ice-servers.ts';

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
  readonly hostTold: boolean;
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
