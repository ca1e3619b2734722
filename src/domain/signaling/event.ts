import type { JoinError } from '../errors.ts';
import type { Placed } from '../log.ts';
import type { ChatMessage, LogEntry } from '../room/entry.ts';
import type { Participant } from '../room/participant.ts';
import type { VisibleRoom } from '../rooms/room.ts';
import type { IceServers } from './ice-servers.ts';

/** The first event in a room: everything a participant needs to know, as it is now. */
export interface RoomSnapshot extends Placed {
  readonly type: 'RoomSnapshot';
  readonly room: VisibleRoom;
  readonly self: Participant;
  readonly participants: readonly Participant[];
  readonly iceServers: IceServers;
  /** The earlier messages to all, oldest first; empty if the stay was recovered. */
  readonly messages: readonly ChatMessage[];
  /** Whether the stay continues and every missed event follows. */
  readonly recovered: boolean;
  /** The stay to which the offer of the join went; null for nobody. */
  readonly offeredTo: string | null;
}

/** The first event of a subscription that has to wait for the host. */
export interface KnockPending extends Placed {
  readonly type: 'KnockPending';
  readonly knockId: string;
  readonly hostTold: boolean;
}

/** The host's answer; a snapshot or a refusal follows. */
export interface KnockAnswered extends Placed {
  readonly type: 'KnockAnswered';
  readonly knockId: string;
  readonly admitted: boolean;
}

/** The last event of a refused join. It is also the first, unless the join had to wait. */
export interface JoinRefused extends Placed {
  readonly type: 'JoinRefused';
  readonly error: JoinError;
}

/** New STUN and TURN credentials for one participant. It has the place of the event before it. */
export interface IceServersRefreshed extends Placed {
  readonly type: 'IceServersRefreshed';
  readonly iceServers: IceServers;
}

/** The reader's session ends soon, unless it is extended. It has the place of the event before it. */
export interface SessionExpiring extends Placed {
  readonly type: 'SessionExpiring';
  readonly expiresAt: Date;
}

/** Any event of a stream. */
export type StreamedEvent = Placed & { readonly type: string };

/** What a subscription to a room's events yields. */
export type RoomEvent =
  | LogEntry
  | RoomSnapshot
  | KnockPending
  | KnockAnswered
  | JoinRefused
  | IceServersRefreshed
  | SessionExpiring;
