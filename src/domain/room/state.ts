import type { User } from '../accounts/account.ts';
import type { Follower, Waiter } from '../log.ts';
import type { MediaState, Participant, ParticipantRole } from './participant.ts';
import type { LiveBan, RoomRules } from './rules.ts';

/** Where somebody comes from, as bans and budgets go by it. */
export interface Origin {
  readonly address: string | null;
  /** The id of a device cookie; null where the client keeps none. */
  readonly device: string | null;
}

/** One stay in the room. It outlives its sockets and ends once. */
export interface Stay extends Origin {
  readonly participant: Participant;
  /** The session its client came with last; when that ends, so does the stay. */
  readonly sessionId: string;
  /** The role that this session grants; null: none in particular. */
  readonly granted: ParticipantRole | null;
  /** Names the client across its sockets. Null: the stay ends with its socket. */
  readonly clientKey: string | null;
  /** The node that holds it, or that waits for its client. */
  readonly node: string;
  readonly fence: number;
  /** When the loss of its connection was seen, in milliseconds since the Unix epoch; null while it is held. */
  readonly lostAt: number | null;
  /** What its client said of its media when it entered last; null where it said nothing. */
  readonly announcedMedia: MediaState | null;
}

/** Somebody who knocks and is not answered yet. */
export interface Waiting extends Origin {
  readonly knockId: string;
  readonly user: User;
  readonly sessionId: string;
  readonly node: string;
}

/** A knock that was admitted and not used yet. */
export interface Pass {
  readonly knockId: string;
  readonly userId: string;
}

/** How much somebody has knocked. */
export interface Knocking {
  /** A user, or an address. */
  readonly who: string;
  /** When all that was knocked so far is paid for, in milliseconds since the Unix epoch (the GCRA algorithm). */
  readonly paidAt: number;
  readonly denials: number;
  /** Before this it may not knock, in milliseconds since the Unix epoch. */
  readonly notBefore: number;
}

/** All that decides what happens next in a room. It is JSON, so that it can be kept anywhere. */
export interface RoomState {
  /** The newest that are known. */
  readonly rules: RoomRules | null;
  /** Whether changed rules were told that the store may not say yet to somebody who asked a moment ago. */
  readonly updated: boolean;
  /** By join order. */
  readonly stays: readonly Stay[];
  /** Joins since somebody is in. */
  readonly joins: number;
  /** In the order of their knocks. */
  readonly waiting: readonly Waiting[];
  /** Oldest first. */
  readonly passes: readonly Pass[];
  readonly bans: readonly LiveBan[];
  readonly knocking: readonly Knocking[];
  /** When the room was closed, in milliseconds since the Unix epoch; null for never. */
  readonly closedAt: number | null;
  /** When all of this is forgotten, in milliseconds since the Unix epoch; null while anybody is in or waits. */
  readonly forgetAt: number | null;
}

export const NOTHING: RoomState = {
  rules: null,
  updated: false,
  stays: [],
  joins: 0,
  waiting: [],
  passes: [],
  bans: [],
  knocking: [],
  closedAt: null,
  forgetAt: null,
};

export function stayOf({ stays }: RoomState, userId: string): Stay | null {
  return stays.find(({ participant }) => participant.user.id === userId) ?? null;
}

export function stayWith({ stays }: RoomState, id: string): Stay | null {
  return stays.find(({ participant }) => participant.id === id) ?? null;
}

/** Whose role is HOST; null while nobody is in. */
export function hostOf({ stays }: RoomState): Stay | null {
  return stays.find(({ participant }) => participant.role === 'HOST') ?? null;
}

export function participantsOf({ stays }: RoomState): Participant[] {
  return stays.map(({ participant }) => participant);
}

export function followerOf({ participant, sessionId, node, fence }: Stay): Follower {
  return { id: participant.id, member: participant.user.id, session: sessionId, node, fence };
}

export function waiterOf({ knockId, sessionId, node }: Waiting): Waiter {
  return { id: knockId, session: sessionId, node };
}
