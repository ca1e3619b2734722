import type { User } from '../accounts/account.ts';
import type { RoomAccess } from '../rooms/room.ts';

/** HOST moderates now: exactly one participant of a room that is not empty. The owner may be somebody else, or not be in. */
export type ParticipantRole = 'HOST' | 'MEMBER';
export type ConnectionState = 'CONNECTED' | 'RECONNECTING';
export type LeaveReason =
  | 'LEFT'
  | 'DISCONNECTED'
  | 'REMOVED'
  | 'REPLACED'
  | 'SIGNED_OUT'
  | 'ROOM_CLOSED';

/** The media that a participant says it sends. The server cannot check it. */
export interface MediaState {
  readonly audio: boolean;
  readonly video: boolean;
  readonly screen: boolean;
}

/** A stay in a room as the others see it at one moment. Immutable: a change makes a new object. */
export interface Participant {
  /** Identifies one stay: each join has a new id. */
  readonly id: string;
  readonly user: User;
  readonly role: ParticipantRole;
  /** Grows with each join of the room. Of two peers the higher is the polite one and sends the first offer. */
  readonly joinOrder: number;
  readonly media: MediaState;
  readonly handRaised: boolean;
  /** In milliseconds since the Unix epoch; null while the hand is down. The lowest asked first. */
  readonly handRaisedAt: number | null;
  readonly connection: ConnectionState;
  /** Milliseconds since the Unix epoch. */
  readonly joinedAt: number;
}

/** The participants that a user may see: all of them if the user is in the room or the room is OPEN, otherwise none. */
export function visibleTo(
  participants: readonly Participant[],
  access: RoomAccess,
  userId: string,
): readonly Participant[] {
  if (access === 'OPEN') return participants;
  return participants.some(({ user }) => user.id === userId) ? participants : [];
}
