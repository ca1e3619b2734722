import type { User } from '../accounts/account.ts';

/** HOST moderates now: exactly one is while anybody is in. Not the same as the room's owner, who may be out. */
export type ParticipantRole = 'HOST' | 'MEMBER';
export type ConnectionState = 'CONNECTED' | 'RECONNECTING';
export type LeaveReason =
  | 'LEFT'
  | 'DISCONNECTED'
  | 'REMOVED'
  | 'REPLACED'
  | 'SIGNED_OUT'
  | 'ROOM_CLOSED';

/** What a participant sends of itself, as it says: the server cannot know. */
export interface MediaState {
  readonly audio: boolean;
  readonly video: boolean;
  readonly screen: boolean;
}

/** Somebody's stay in a room, as the others see it at one moment. Never changed: a change makes a new one. */
export interface Participant {
  /** Names one stay: a new join is a new id. */
  readonly id: string;
  readonly user: User;
  readonly role: ParticipantRole;
  /** Grows with each join of the room. Of two peers the higher is the polite one and sends the first offer. */
  readonly joinOrder: number;
  readonly media: MediaState;
  readonly handRaised: boolean;
  /** In milliseconds since the Unix epoch; null while the hand is down. Whose is the least asked first. */
  readonly handRaisedAt: number | null;
  readonly connection: ConnectionState;
  /** Milliseconds since the Unix epoch. */
  readonly joinedAt: number;
}
