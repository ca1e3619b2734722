import type { User } from '../accounts/account.ts';
import { holdOf } from '../accounts/holding.ts';
import { mustReach } from '../accounts/reach.ts';
import type { Caller, Sessions } from '../accounts/sessions.ts';
import type { Clock } from '../clock.ts';
import { type Eventual, whenReady } from '../eventual.ts';
import type { Signal } from '../room/entry.ts';
import type { LiveRooms, SentMessage } from '../room/live-rooms.ts';
import { type MediaState, type Participant, visibleTo } from '../room/participant.ts';
import type { VisibleRoom } from '../rooms/room.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { ByteBudgets } from './byte-budgets.ts';
import { bytesOfSignal, bytesOfText } from './event-size.ts';
import { mustNotWait, type SendBudgets } from './send-budgets.ts';
import {
  checkCandidates,
  checkMessage,
  checkMessageId,
  checkSdp,
  checkSignalId,
  type SignalLimits,
} from './signal-rules.ts';

/**
 * What a participant does in a room: send, show media, leave. Everything is done as the caller's participant. Over a
 * connection that has joined the room, it is done only by that connection's hold.
 */
export class Signaling {
  readonly #live: LiveRooms;
  readonly #rooms: Rooms;
  readonly #clock: Clock;
  readonly #signals: SendBudgets;
  readonly #messages: SendBudgets;
  readonly #joins: SendBudgets;
  readonly #bytes: ByteBudgets;
  readonly #limits: SignalLimits;

  constructor(parts: {
    live: LiveRooms;
    rooms: Rooms;
    sessions: Sessions;
    clock: Clock;
    /** How often each participant may act. */
    signals: SendBudgets;
    /** How many messages each user may send. */
    messages: SendBudgets;
    /** How often each account may join. This class only tidies it. */
    joins: SendBudgets;
    /** How many bytes may be sent. */
    bytes: ByteBudgets;
    limits: SignalLimits;
  }) {
    this.#live = parts.live;
    this.#rooms = parts.rooms;
    this.#clock = parts.clock;
    this.#signals = parts.signals;
    this.#messages = parts.messages;
    this.#joins = parts.joins;
    this.#bytes = parts.bytes;
    this.#limits = parts.limits;
    parts.sessions.onEnded(({ sessionId }) => this.#live.endSession(sessionId, 'SIGNED_OUT'));
  }

  /**
   * Ends the caller's stay, or only the one that is named; its subscription completes.
   *
   * @throws NotInRoomError
   */
  leave(caller: Caller, roomId: string, participantId?: string | null): Eventual<Participant> {
    mustReach(caller, roomId);
    const by = holdOf(caller, roomId);
    return this.#live.leave(roomId, caller.accountId, 'LEFT', participantId, by);
  }

  /** @throws InvalidInputError, NotInRoomError, PeerNotInRoomError, RateLimitedError */
  sendDescription(
    caller: Caller,
    signal: Signal & { type: 'OfferReceived' | 'AnswerReceived' },
    roomId: string,
    to: string,
    signalId: string | null,
  ): Eventual<string> {
    checkSdp(signal.sdp, this.#limits.maxSdpBytes);
    return this.#send(caller, signal, roomId, to, signalId);
  }

  /** @throws InvalidInputError, NotInRoomError, PeerNotInRoomError, RateLimitedError */
  sendCandidates(
    caller: Caller,
    signal: Signal & { type: 'IceCandidatesReceived' },
    roomId: string,
    to: string,
    signalId: string | null,
  ): Eventual<string> {
    checkCandidates(signal.candidates, this.#limits);
    return this.#send(caller, signal, roomId, to, signalId);
  }

  /** @throws NotInRoomError, RateLimitedError */
  setMedia(caller: Caller, roomId: string, media: Partial<MediaState>): Eventual<Participant> {
    this.#spend(roomId, caller);
    return this.#live.setMedia(roomId, caller.accountId, media, holdOf(caller, roomId));
  }

  /** @throws NotInRoomError, RateLimitedError */
  raiseHand(caller: Caller, roomId: string, raised: boolean): Eventual<Participant> {
    this.#spend(roomId, caller);
    return this.#live.raiseHand(roomId, caller.accountId, raised, holdOf(caller, roomId));
  }

  /**
   * Sends a text to one participant, or with `to` null to all others and those who join later; answers its place.
   *
   * @throws InvalidInputError, NotInRoomError, PeerNotInRoomError, RateLimitedError
   */
  sendMessage(
    caller: Caller,
    roomId: string,
    to: string | null,
    text: string,
    messageId: string | null,
  ): Eventual<SentMessage> {
    checkMessage(text, this.#limits);
    checkMessageId(messageId);
    mustReach(caller, roomId);
    const { accountId } = caller;
    const now = this.#clock.elapsed();
    mustNotWait(this.#messages.spendOutside(accountId, now));
    this.#bytes.pay(caller, roomId, to, bytesOfText(text), now);
    const by = holdOf(caller, roomId);
    return this.#live.sendMessage(roomId, accountId, to, text, messageId, by);
  }

  /** Shows a user's new name in every room where they are or wait. */
  rename(user: User): Eventual<void> {
    return this.#live.rename(user);
  }

  /** Calls `listener` with every user that has a new name, at whatever node it was changed. */
  onRenamed(listener: (user: User) => void): void {
    this.#live.onRenamed(listener);
  }

  /**
   * The participants that the caller may see: all of them if the caller is in the room or the room is OPEN, otherwise
   * none.
   */
  participantsFor(
    { accountId }: Caller,
    { id, access }: VisibleRoom,
  ): Eventual<readonly Participant[]> {
    return whenReady(this.#live.participants(id), (all) => visibleTo(all, access, accountId));
  }

  /** Whether anybody is in a room. */
  isOccupied(roomId: string): Eventual<boolean> {
    return whenReady(this.#live.participants(roomId), ({ length }) => length > 0);
  }

  /** Forgets budgets that are full again, and stores what could not be stored before. */
  async tidy(): Promise<void> {
    const present = new Map<string, Set<string>>();
    for (const roomId of this.#live.occupied()) {
      const participants = await this.#live.participants(roomId);
      present.set(roomId, new Set(participants.map(({ user }) => user.id)));
    }
    const now = this.#clock.elapsed();
    const isPresent = (accountId: string, roomId: string) =>
      present.get(roomId)?.has(accountId) === true;
    this.#signals.tidy(isPresent, now);
    this.#bytes.tidy(isPresent, now);
    this.#messages.tidy(() => false, now);
    this.#joins.tidy(() => false, now);
    await this.#rooms.storeOwed();
  }

  /** Extends the rooms that are in use, and ends expired rooms. */
  async sweep(): Promise<void> {
    for (const roomId of this.#live.occupied()) {
      const room = await this.#rooms.find(roomId);
      if (room === null) await this.#live.closeRoom(roomId, 'EXPIRED');
      else await this.#rooms.keep(room);
    }
    await this.#rooms.sweep();
  }

  /**
   * What this node holds now: rooms with somebody in them or waiting, and budgets of those who sent or joined lately.
   */
  usage(): { readonly rooms: number; readonly budgets: number } {
    return {
      rooms: this.#live.occupied().length,
      budgets: this.#signals.size + this.#messages.size + this.#joins.size + this.#bytes.size,
    };
  }

  #send(
    caller: Caller,
    signal: Signal,
    roomId: string,
    to: string,
    signalId: string | null,
  ): Eventual<string> {
    checkSignalId(signalId);
    const now = this.#clock.elapsed();
    this.#spend(roomId, caller, now);
    this.#bytes.pay(caller, roomId, to, bytesOfSignal(signal), now);
    const by = holdOf(caller, roomId);
    return this.#live.send(roomId, caller.accountId, to, signal, signalId, by);
  }

  #spend(roomId: string, caller: Caller, now = this.#clock.elapsed()): void {
    mustReach(caller, roomId);
    mustNotWait(this.#signals.spend(caller.accountId, roomId, now));
  }
}
