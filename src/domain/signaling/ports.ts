import type { User } from '../accounts/account.ts';
import type { Eventual } from '../eventual.ts';
import type { Mailbox } from '../mailbox.ts';
import type { ChatMessage, LogEntry, RoomClosedReason, Signal } from '../room/entry.ts';
import type { LeaveReason, MediaState, Participant } from '../room/participant.ts';
import type { Room, RoomAccess } from '../rooms/room.ts';
import type { RoomEvent } from './event.ts';

/**
 * What decides who gets into a room. The log goes by the rules of the highest revision that it has seen, and of equal
 * ones by those that came first; whoever is banned by any rules, or by `remove`, stays out.
 */
export interface RoomRules {
  readonly ownerId: string;
  readonly capacity: number;
  readonly access: RoomAccess;
  readonly revision: number;
  readonly banned: readonly string[];
}

export function rulesOf({ owner, capacity, access, revision, banned }: Room): RoomRules {
  return { ownerId: owner.id, capacity, access, revision, banned };
}

/** Somebody who wants into a room, or back. */
export interface Entrance {
  readonly roomId: string;
  readonly rules: RoomRules;
  /** The id of a knock of the same user that was admitted; it works once. */
  readonly pass: string | null;
  readonly user: User;
  /** The session it comes with; when that ends, so does the stay. */
  readonly sessionId: string;
  /** Names the client across its sockets. Null: the stay cannot be resumed and ends with its socket. */
  readonly clientKey: string | null;
  /** The last cursor that the client has. Null: the log goes by what it knows to be received. */
  readonly after: string | null;
  /** Whether a stay of the same user with another `clientKey` makes way. */
  readonly takeOver: boolean;
  /** What it sends of itself; null, or the same as the last time it entered, keeps what a resumed stay has. */
  readonly media: MediaState | null;
}

/** The hold of one mailbox on one stay. A later entrance to the same stay takes the hold over. */
export interface Hold {
  readonly roomId: string;
  readonly stayId: string;
  /** Grows with every hold on the stay; an older one can do nothing to it. */
  readonly fence: number;
}

export interface Entered {
  readonly hold: Hold;
  readonly self: Participant;
  /** Everybody else, by join order. */
  readonly others: readonly Participant[];
  /** The place in the log that the snapshot stands for; everything after it comes through the mailbox. */
  readonly cursor: string;
  readonly position: number;
  readonly at: number;
  /** Whether this resumes a stay without a gap; `missed` is then all between `cursor` and now. */
  readonly recovered: boolean;
  readonly missed: readonly LogEntry[];
  /** The messages to all that the room keeps, oldest first; empty when `recovered`. */
  readonly history: readonly ChatMessage[];
}

/** Somebody who waits before a room. */
export interface Knock {
  readonly roomId: string;
  readonly knockId: string;
  readonly userId: string;
}

/** How a knock ended, other than by the one who waited. `replaced`: the same user has knocked anew. */
export type KnockAnswer = 'admitted' | 'denied' | 'replaced' | 'closed';

/** The one who waits. */
export interface Waiter {
  /** Called at most once, also before `knock` has answered; not at all where the knock was withdrawn or its session ended. */
  answered(how: KnockAnswer): void;
}

/** What others than the participants want to know of a room. */
export type RoomActivity = {
  readonly roomId: string;
  /** The place in the room's logs; that of the first join and of the last leaving for a start and an end. */
  readonly cursor: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
} & (
  | { readonly type: 'room.started' | 'room.ended' }
  | { readonly type: 'participant.joined'; readonly participant: Participant }
  | {
      readonly type: 'participant.left';
      readonly participant: Participant;
      readonly reason: LeaveReason;
    }
);

/**
 * Rooms as ordered logs of events with a bounded tail, and who is in them.
 *
 * - Order: the entries of a room have one order, the same for every reader; `position` grows by one with each.
 *   Calls made one after the other take effect in that order, also when their answers are promises.
 * - Atomicity: each method takes effect at one place in the log or not at all. Capacity, one stay a user, and who
 *   may send to whom are decided at that place.
 * - No gap: a mailbox given to `enter` gets every entry that its stay may see and that comes after the answer's place.
 * - Host: exactly one participant is HOST while anybody is in. The owner is whenever it is in: when it joins, whoever
 *   was HOST is updated right before that. When the stay of the HOST ends for good, the one with the lowest join order
 *   is next, accounts before guests, and is updated right after that. A stay that takes over from one's own is HOST
 *   where that was, and nobody is updated. Whoever becomes HOST, or comes back as such, is told of every pending knock.
 * - Leases: a stay that nobody holds ends with DISCONNECTED after the grace, exactly once, unless it was entered
 *   again; whatever expires late touches only its own stay.
 * - Sessions: a stay belongs to the session that its client came with last.
 * - Bounds: the tail holds at most the configured number of entries and seconds. An entry dropped from it is still
 *   delivered to those who hold a stay.
 * - Failure: a method whose entry was not stored rejects with `UnavailableError`; it never answers success for it.
 *   `detach`, `release` and `endSession` do not reject: what they could not store is done as soon as it can be.
 */
export interface RoomLog {
  /**
   * Joins, resumes or takes over, and registers `mailbox`. The caller opens the mailbox.
   *
   * Decided in this order: who is banned is refused; who has a stay with the same `clientKey` goes on with it; who has
   * another one takes it over, or is refused; then all but the owner are refused by a locked room, and sent to knock by
   * one that asks for it unless they have a `pass`; last, the room must not be full.
   *
   * @throws RemovedFromRoomError, AlreadyInRoomError, RoomLockedError, KnockRequiredError, RoomFullError
   */
  enter(entrance: Entrance, mailbox: Mailbox<RoomEvent>): Eventual<Entered>;

  /**
   * Lets go of a stay whose connection was lost: it is RECONNECTING for the grace and then ends, or ends at once
   * where it cannot be resumed. An outdated hold does nothing.
   */
  detach(hold: Hold): Eventual<void>;

  /** Ends the stay, if this hold is still the one on it; answers whether it did. */
  release(hold: Hold, reason: LeaveReason): Eventual<boolean>;

  /** Ends the stay of a user. @throws NotInRoomError */
  leave(roomId: string, userId: string, reason: LeaveReason): Eventual<Participant>;

  /** Ends every stay and every knock that came with a session. */
  endSession(sessionId: string, reason: LeaveReason): Eventual<void>;

  /**
   * Appends a signal of one participant to another; answers its cursor. With a `signalId` that this stay has used
   * already nothing is appended, and the answer is the first one's.
   *
   * @throws NotInRoomError, PeerNotInRoomError
   */
  send(
    roomId: string,
    userId: string,
    to: string,
    signal: Signal,
    signalId: string | null,
  ): Eventual<string>;

  /** Changes what is given of a participant's media; appends when anything changed. @throws NotInRoomError */
  setMedia(roomId: string, userId: string, media: Partial<MediaState>): Eventual<Participant>;

  /** Raises or lowers a participant's hand; appends when that changes anything. @throws NotInRoomError */
  raiseHand(roomId: string, userId: string, raised: boolean): Eventual<Participant>;

  /**
   * Appends a message of one participant to another, or with `to` null to all others, and then keeps it for those who
   * join; answers its cursor. A `messageId` is to messages what a `signalId` is to signals; the two do not meet.
   *
   * @throws NotInRoomError, PeerNotInRoomError
   */
  sendMessage(
    roomId: string,
    userId: string,
    to: string | null,
    text: string,
    messageId: string | null,
  ): Eventual<string>;

  /** Shows a user's new name in every room it is in. */
  rename(user: User): Eventual<void>;

  /**
   * Ends another's stay with REMOVED; with `ban` the log refuses that user from then on, also for at least a minute
   * after everybody has left: by then the store knows of it.
   *
   * @param byUserId the host; null for whoever runs the server, who need not be in and may remove anybody
   * @throws NotInRoomError, NotHostError, PeerNotInRoomError
   */
  remove(
    roomId: string,
    byUserId: string | null,
    participantId: string,
    ban: boolean,
  ): Eventual<Participant>;

  /** Asks another participant to mute. @throws NotInRoomError, NotHostError, PeerNotInRoomError */
  requestMute(roomId: string, byUserId: string, participantId: string): Eventual<void>;

  /**
   * Takes a room's new rules and tells all in it, unless it knows newer ones. Where these say OPEN, all who wait are
   * admitted; where they say LOCKED, all are denied.
   */
  update(room: Room): Eventual<void>;

  /**
   * Waits before a room, which may have nobody in it; the HOST is told. A user's second knock replaces the first. By
   * other rules than KNOCK it is answered at once as `update` would.
   *
   * @throws RateLimitedError when as many wait as may
   */
  knock(entrance: Entrance, waiter: Waiter): Eventual<Knock>;

  /** Lets in who waits, or not. @throws NotInRoomError, NotHostError, KnockNotFoundError */
  answerKnock(roomId: string, byUserId: string, knockId: string, admitted: boolean): Eventual<void>;

  /** The one who waits is gone. Nothing happens when the knock has ended already. */
  withdraw(knock: Knock): Eventual<void>;

  /** Who is in the room now, by join order. */
  participants(roomId: string): Eventual<readonly Participant[]>;

  /** Ends every stay with ROOM_CLOSED, tells everybody last that the room is closed, and those who wait too. */
  closeRoom(roomId: string, reason: RoomClosedReason): Eventual<void>;

  /**
   * Calls `listener` with everything that happens, in the order of each room: once in a whole cluster, on the node
   * whose call it was. It must neither throw nor enter the log again.
   */
  observe(listener: (activity: RoomActivity) => void): void;

  /** The rooms with anybody in them or waiting before them, here. */
  occupied(): readonly string[];

  /** Lets go of everything; no event is sent. */
  close(): Eventual<void>;
}

export interface RoomLogOptions {
  /** Entries that a room's tail holds. */
  readonly replayEvents: number;
  /** How far back from the loss of a connection a resume may reach, in milliseconds. */
  readonly replayMs: number;
  /** How long a stay waits for its client to come back, in milliseconds. */
  readonly graceMs: number;
  /** Messages to all that a room keeps for those who join. */
  readonly historyMessages: number;
  /** How many may wait before one room. */
  readonly lobbyKnocks: number;
}
