import type { User } from '../accounts/account.ts';
import type { Eventual } from '../eventual.ts';
import type { LogEntry, RoomClosedReason, Signal } from './event.ts';
import type { Mailbox } from './mailbox.ts';
import type { LeaveReason, MediaState, Participant } from './participant.ts';

/** Somebody who wants into a room, or back. */
export interface Entrance {
  readonly roomId: string;
  readonly hostId: string;
  readonly capacity: number;
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
}

/**
 * Rooms as ordered logs of events with a bounded tail, and who is in them.
 *
 * - Order: the entries of a room have one order, the same for every reader; `position` grows by one with each.
 *   Calls made one after the other take effect in that order, also when their answers are promises.
 * - Atomicity: each method takes effect at one place in the log or not at all. Capacity, one stay a user, and who
 *   may send to whom are decided at that place.
 * - No gap: a mailbox given to `enter` gets every entry that its stay may see and that comes after the answer's place.
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
   * @throws RoomFullError, AlreadyInRoomError
   */
  enter(entrance: Entrance, mailbox: Mailbox): Eventual<Entered>;

  /**
   * Lets go of a stay whose connection was lost: it is RECONNECTING for the grace and then ends, or ends at once
   * where it cannot be resumed. An outdated hold does nothing.
   */
  detach(hold: Hold): Eventual<void>;

  /** Ends the stay, if this hold is still the one on it; answers whether it did. */
  release(hold: Hold, reason: LeaveReason): Eventual<boolean>;

  /** Ends the stay of a user. @throws NotInRoomError */
  leave(roomId: string, userId: string, reason: LeaveReason): Eventual<Participant>;

  /** Ends every stay that came with a session. */
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

  /** Who is in the room now, by join order. */
  participants(roomId: string): Eventual<readonly Participant[]>;

  /** Ends every stay with ROOM_CLOSED and tells everybody last that the room is closed. */
  closeRoom(roomId: string, reason: RoomClosedReason): Eventual<void>;

  /** The rooms with anybody in them, here. */
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
}
