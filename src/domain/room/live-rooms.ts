import type { User } from '../accounts/account.ts';
import { GoneError } from '../errors.ts';
import { type Eventual, whenReady } from '../eventual.ts';
import { newId } from '../identifier.ts';
import type { Followed, Hold, Inbox, Log, Placed, Posted } from '../log.ts';
import { type Room, visible } from '../rooms/room.ts';
import { endSession } from './absence.ts';
import { sendMessage } from './chat.ts';
import { closeRoom } from './closing.ts';
import type { KnockAnswer, RoomDecide, RoomFact, RoomKind } from './course.ts';
import { type Entrance, enter, type Inside } from './entering.ts';
import type { LogEntry, RoomClosedReason, Signal } from './entry.ts';
import { byHold, leave, letGo, release } from './leases.ts';
import { type AnsweredKnock, answerKnock, knock, withdraw } from './lobby.ts';
import { raiseHand, setMedia } from './media.ts';
import { type Removed, remove, requestMute, unban } from './moderation.ts';
import type { LeaveReason, MediaState, Participant } from './participant.ts';
import { rename } from './renaming.ts';
import { type RoomOptions, rulesOf } from './rules.ts';
import { changeSettings } from './settings.ts';
import { participantsOf } from './state.ts';

/** The answer to entering. Everything after its cursor comes through the mailbox. */
export type Entered = Omit<Followed<RoomKind, Inside>, 'reply'> & Inside;

/** A knock that is not answered yet. */
export interface Knock {
  readonly roomId: string;
  readonly knockId: string;
  readonly userId: string;
  /** Whether somebody is in the room who can answer it. */
  readonly hostTold: boolean;
}

/** Who waits for the answer to a knock. */
export interface Waiter {
  /** Called at most once, perhaps before `knock` returns; never if the knock was withdrawn or its session ended. */
  answered(how: KnockAnswer): void;
}

/** What observers outside the room are told, and its place in the log. */
export type RoomActivity = { readonly roomId: string } & Pick<Placed, 'cursor' | 'at'> & RoomFact;

/** The place of a message in a room's log, and when it was sent, in milliseconds since the Unix epoch. */
export type SentMessage = Posted;

/**
 * The live rooms: who is in them and what they do. Each method gives one rule of `domain/room` to the log. See the rule
 * for what it decides and refuses, and {@link Log} for how that is stored and delivered.
 *
 * With a hold (`by`), nothing is done if the hold has ended, see {@link byHold}. With null, the user acts as the stay
 * that they have now.
 */
export class LiveRooms {
  readonly #log: Log<RoomKind>;
  readonly #options: RoomOptions;

  constructor(log: Log<RoomKind>, options: RoomOptions) {
    this.#log = log;
    this.#options = options;
    log.onNews(({ renamed }) => log.oweFor({ member: renamed.id }, rename(renamed)));
  }

  /**
   * Joins, resumes or takes over; the caller opens the mailbox.
   *
   * @param isThere whether the client that asks is still connected; if not, nothing is done
   * @throws what {@link enter} throws, GoneError
   */
  enter(entrance: Entrance, inbox: Inbox<LogEntry>, isThere = ALWAYS): Eventual<Entered> {
    const { roomId, after } = entrance;
    const decide = whileThere(isThere, enter(newId(), entrance));
    const followed = this.#log.follow(roomId, decide, { inbox, after });
    return whenReady(followed, ({ reply, ...rest }) => ({ ...rest, ...reply }));
  }

  /** The connection of a hold was lost. */
  detach({ key, id, fence }: Hold): Eventual<void> {
    return this.#log.owe(key, letGo(id, fence));
  }

  /** Ends the stay, if this hold is still the current one; returns whether it was. */
  release({ key, id, fence }: Hold, reason: LeaveReason): Eventual<boolean> {
    return this.#log.owe(key, release(id, fence, reason));
  }

  /**
   * Ends the stay of a user.
   *
   * @param participantId the only stay to end; null: whichever the user has
   * @throws NotInRoomError, also if the user has another stay than `participantId`
   */
  leave(
    roomId: string,
    userId: string,
    reason: LeaveReason,
    participantId: string | null = null,
    by: Hold | null = null,
  ): Eventual<Participant> {
    return this.#log.run(roomId, byHold(by, leave(userId, reason, participantId)));
  }

  /** Ends the stays and knocks of a session that this node holds. */
  endSession(sessionId: string, reason: LeaveReason): Eventual<void> {
    const ends = endSession(sessionId, reason, this.#options);
    return this.#log.oweFor({ session: sessionId }, ends);
  }

  /** A signal of one participant to another; answers its cursor. @throws NotInRoomError, PeerNotInRoomError */
  send(
    roomId: string,
    userId: string,
    to: string,
    signal: Signal,
    signalId: string | null,
    by: Hold | null = null,
  ): Eventual<string> {
    return this.#log.send(roomId, userId, to, signal, signalId, by);
  }

  /** @throws NotInRoomError */
  setMedia(
    roomId: string,
    userId: string,
    media: Partial<MediaState>,
    by: Hold | null = null,
  ): Eventual<Participant> {
    return this.#log.run(roomId, byHold(by, setMedia(userId, media)));
  }

  /** @throws NotInRoomError */
  raiseHand(
    roomId: string,
    userId: string,
    raised: boolean,
    by: Hold | null = null,
  ): Eventual<Participant> {
    return this.#log.run(roomId, byHold(by, raiseHand(userId, raised)));
  }

  /** A message to one, or with `to` null to all others; answers its place. @throws NotInRoomError, PeerNotInRoomError */
  sendMessage(
    roomId: string,
    userId: string,
    to: string | null,
    text: string,
    messageId: string | null,
    by: Hold | null = null,
  ): Eventual<SentMessage> {
    return this.#log.post(roomId, userId, messageId, byHold(by, sendMessage(userId, to, text)));
  }

  /** Shows a user's new name in every room where they are or wait. */
  rename(user: User): Eventual<void> {
    return this.#log.spread({ renamed: user });
  }

  /** Calls `listener` with every user that has a new name, at whatever node it was changed. */
  onRenamed(listener: (user: User) => void): void {
    this.#log.onNews(({ renamed }) => listener(renamed));
  }

  /** @throws NotInRoomError, NotHostError, PeerNotInRoomError, InvalidInputError */
  remove(
    roomId: string,
    byUserId: string | null,
    participantId: string,
    ban: boolean,
    by: Hold | null = null,
  ): Eventual<Removed> {
    const removed = remove(byUserId, participantId, ban, this.#options);
    return this.#log.run(roomId, byHold(by, removed));
  }

  unban(roomId: string, userId: string): Eventual<void> {
    return this.#log.run(roomId, unban(userId));
  }

  /** @throws NotInRoomError, NotHostError, PeerNotInRoomError */
  requestMute(
    roomId: string,
    byUserId: string,
    participantId: string,
    by: Hold | null = null,
  ): Eventual<void> {
    return this.#log.run(roomId, byHold(by, requestMute(byUserId, participantId)));
  }

  /** Takes a room's new settings. */
  update(room: Room): Eventual<void> {
    return this.#log.run(room.id, changeSettings(rulesOf(room), visible(room), this.#options));
  }

  /** @param isThere as for {@link LiveRooms.enter} @throws RoomNotFoundError, RateLimitedError, GoneError */
  knock(entrance: Entrance, waiter: Waiter, isThere = ALWAYS): Eventual<Knock> {
    const { roomId, user } = entrance;
    const knockId = newId();
    const asked = whileThere(isThere, knock(knockId, entrance, this.#options));
    const waits = this.#log.wait(roomId, knockId, asked, (how) => waiter.answered(how));
    return whenReady(waits, (hostTold) => ({ roomId, knockId, userId: user.id, hostTold }));
  }

  /** @throws NotInRoomError, NotHostError, KnockNotFoundError, InvalidInputError */
  answerKnock(
    roomId: string,
    byUserId: string,
    knockId: string,
    admitted: boolean,
    ban = false,
    by: Hold | null = null,
  ): Eventual<AnsweredKnock> {
    const how = admitted ? 'admitted' : 'denied';
    const answered = answerKnock(byUserId, knockId, how, ban, this.#options);
    return this.#log.run(roomId, byHold(by, answered));
  }

  withdraw({ roomId, knockId }: Knock): Eventual<void> {
    return this.#log.owe(roomId, withdraw(knockId, this.#options));
  }

  /** The participants of the room now, by join order. */
  participants(roomId: string): Eventual<readonly Participant[]> {
    return whenReady(this.#log.read(roomId), (state) =>
      state === null ? [] : participantsOf(state),
    );
  }

  /** Whether a user is in a room or knocks at it, on any node. */
  isPresent(roomId: string, userId: string): Eventual<boolean> {
    return whenReady(this.#log.read(roomId), (state) => {
      if (state === null) return false;
      const inside = participantsOf(state).some(({ user }) => user.id === userId);
      return inside || state.waiting.some(({ user }) => user.id === userId);
    });
  }

  closeRoom(roomId: string, reason: RoomClosedReason): Eventual<void> {
    return this.#log.run(roomId, closeRoom(reason));
  }

  /** Calls `listener` as {@link Log.observe} says. */
  observe(listener: (activity: RoomActivity) => void): void {
    this.#log.observe((roomId, { cursor, at }, fact) => listener({ roomId, cursor, at, ...fact }));
  }

  /** The rooms in which somebody is or knocks through this node. */
  occupied(): readonly string[] {
    return this.#log.keys();
  }

  close(): Eventual<void> {
    return this.#log.close();
  }
}

const ALWAYS = () => true;

/** The same decision for a client that may disconnect before it is made: then nothing is done. */
function whileThere<Reply>(isThere: () => boolean, decide: RoomDecide<Reply>): RoomDecide<Reply> {
  return (state, context) => {
    if (!isThere()) throw new GoneError();
    return decide(state, context);
  };
}
