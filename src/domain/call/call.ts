import type { User } from '../accounts/account.ts';
import type { VisibleRoom } from '../rooms/room.ts';

export type CallMedia = 'AUDIO' | 'VIDEO';
export type CallState = 'RINGING' | 'ACTIVE' | 'ENDED';
export type LegState =
  | 'RINGING'
  | 'ACCEPTED'
  | 'DECLINED'
  | 'BUSY'
  | 'MISSED'
  | 'CANCELLED'
  | 'UNREACHABLE';

/**
 * Why a call ended. While nobody has answered: CANCELLED by the caller, DECLINED, BUSY, UNREACHABLE, MISSED (time-out),
 * or MERGED with a call in the other direction. Afterwards: HUNG_UP, or ABANDONED because nobody was in its room.
 */
export type CallEndReason =
  | 'CANCELLED'
  | 'DECLINED'
  | 'BUSY'
  | 'UNREACHABLE'
  | 'MISSED'
  | 'MERGED'
  | 'HUNG_UP'
  | 'ABANDONED';

/** One of the people who are called. Times are milliseconds since the Unix epoch. */
export interface CallLeg {
  readonly user: User;
  readonly state: LegState;
  /** When it came into this state. */
  readonly at: number;
}

/** The room of a call as it was when the call began. Times are milliseconds since the Unix epoch. */
export interface CallRoom extends Omit<VisibleRoom, 'revision' | 'createdAt' | 'expiresAt'> {
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** A call as everybody in it sees it. It is JSON; times are milliseconds since the Unix epoch, by the store's clock. */
export interface Call {
  /** 16 lower-case hex characters. */
  readonly id: string;
  /** Grows with each change. */
  readonly revision: number;
  readonly room: CallRoom;
  readonly caller: User;
  readonly media: CallMedia;
  readonly state: CallState;
  readonly createdAt: number;
  /** When it stops to ring. */
  readonly expiresAt: number;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  /** Null until it has ended. */
  readonly reason: CallEndReason | null;
  /** In the order in which the caller named them. */
  readonly legs: readonly CallLeg[];
}

export function legOf({ legs }: Call, userId: string): CallLeg | null {
  return legs.find(({ user }) => user.id === userId) ?? null;
}

/** Whether it rings for anybody: also after somebody else has answered. */
export function rings({ state, legs }: Call): boolean {
  return state !== 'ENDED' && legs.some((leg) => leg.state === 'RINGING');
}

/** Everybody in it: the caller first. */
export function peopleOf({ caller, legs }: Call): string[] {
  return [caller.id, ...legs.map(({ user }) => user.id)];
}

/** Whether a user is in it: as the caller of a call that has not ended, or by a leg that rings or was accepted. */
export function concerns(call: Call, userId: string): boolean {
  if (call.state === 'ENDED') return false;
  if (call.caller.id === userId) return true;
  const state = legOf(call, userId)?.state;
  return state === 'RINGING' || state === 'ACCEPTED';
}

/** Of two calls that ring each other's callers, the one that goes on. */
export function earlierOf(one: Call, other: Call): Call {
  if (one.createdAt !== other.createdAt) return one.createdAt < other.createdAt ? one : other;
  return one.id < other.id ? one : other;
}
