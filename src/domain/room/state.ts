import type { User } from '../accounts/account.ts';
import type { Follower, Waiter } from '../log.ts';
import type { MediaState, Participant, ParticipantRole } from './participant.ts';
import type { LiveBan, RoomRules } from './rules.ts';

/** Where somebody comes from, for bans and budgets. */
export interface Origin {
  readonly address: string | null;
  /** The id of a device cookie; null if the client has none. */
  readonly device: string | null;
}

/** One stay in the room. It outlives its sockets and ends once. */
export interface Stay extends Origin {
  readonly participant: Participant;
  /** The session with which its client entered last. When the session ends, the stay ends too. */
  readonly sessionId: string;
  /** The role that this session grants. Null: no particular role. */
  readonly granted: ParticipantRole | null;
  /** Identifies the client on all its sockets. Null: the stay ends with its socket. */
  readonly clientKey: string | null;
  /** The node that holds it, or that waits for its client. */
  readonly node: string;
  readonly fence: number;
  /** When its connection was lost, in milliseconds since the Unix epoch; null while it is connected. */
  readonly lostAt: number | null;
  /** Whether it was told, while its connection was lost, that it is RECONNECTING. */
  readonly toldLost?: boolean;
  /** The media that its client gave when it entered last; null if it gave none. */
  readonly announcedMedia: MediaState | null;
  /** The stay to which the offer of its join went, if it went to one. */
  readonly offeredTo?: string;
}

/** A knock that is not answered yet. */
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

/** The knocks that a user or an address has made. */
export interface Knocking {
  /** A user, an address, or the guests of an address or a device. */
  readonly who: string;
  /**
   * The theoretical arrival time of GCRA: when none of the knocks so far counts any more, in milliseconds since the
   * Unix epoch.
   */
  readonly paidAt: number;
  readonly denials: number;
  /** No knock is allowed before this time, in milliseconds since the Unix epoch. */
  readonly notBefore: number;
}

/** Everything that the rules of a room depend on. It is JSON, so any log can store it. */
export interface RoomState {
  /** The newest rules that are known. */
  readonly rules: RoomRules | null;
  /** Whether changed rules were announced, while somebody may still have read the former ones from the store. */
  readonly updated: boolean;
  /** By join order. */
  readonly stays: readonly Stay[];
  /** Number of joins since the room was last empty. */
  readonly joins: number;
  /** In the order of their knocks. */
  readonly waiting: readonly Waiting[];
  /** Oldest first. */
  readonly passes: readonly Pass[];
  readonly bans: readonly LiveBan[];
  readonly knocking: readonly Knocking[];
  /** When the room was closed, in milliseconds since the Unix epoch; null for never. */
  readonly closedAt: number | null;
  /** When this state is deleted, in milliseconds since the Unix epoch; null while somebody is in or waits. */
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

/** The stay with the role HOST; null if the room is empty. */
export function hostOf({ stays }: RoomState): Stay | null {
  return stays.find(({ participant }) => participant.role === 'HOST') ?? null;
}

export function participantsOf({ stays }: RoomState): Participant[] {
  return stays.map(({ participant }) => participant);
}

export function followerOf({ participant, sessionId, node, fence }: Stay): Follower {
  return { id: participant.id, member: participant.user.id, session: sessionId, node, fence };
}

export function waiterOf({ knockId, user, sessionId, node }: Waiting): Waiter {
  return { id: knockId, member: user.id, session: sessionId, node };
}
