import type { Caller, Sessions } from '../accounts/sessions.ts';
import type { Clock } from '../clock.ts';
import { RateLimitedError, RoomNotFoundError, UnauthenticatedError } from '../errors.ts';
import type { Eventual } from '../eventual.ts';
import type { Room } from '../rooms/room.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { RoomEvent, Signal } from './event.ts';
import { IceRefresh } from './ice-refresh.ts';
import type { IceServerIssuer } from './ice-servers.ts';
import { type Departure, Mailbox } from './mailbox.ts';
import type { MediaState, Participant } from './participant.ts';
import type { RoomLog } from './ports.ts';
import { SendBudgets } from './send-budgets.ts';
import {
  checkCandidates,
  checkClientKey,
  checkSdp,
  checkSignalId,
  type SignalLimits,
} from './signal-rules.ts';

export interface SignalingLimits extends SignalLimits {
  /** What one participant may send a second, lasting. */
  readonly signalsPerSecond: number;
  /** What one participant may send at once. */
  readonly signalBurst: number;
  /** Events that wait for one slow reader. */
  readonly mailboxEvents: number;
}

export interface JoinRequest {
  readonly roomId: string;
  readonly clientKey: string | null;
  readonly after: string | null;
  readonly takeOver: boolean;
  readonly media: MediaState | null;
}

/** How long a closed room is remembered, in milliseconds: longer than a join takes that began before. */
const CLOSE_REMEMBERED_MS = 60_000;

/** Hears who comes and goes, for whoever counts it or writes it down. */
export interface PresenceObserver {
  /** A stay began, or went on; `recovered` where its client gets all that it had missed. */
  entered(caller: Caller, request: JoinRequest, recovered: boolean): void;
  /** The reader of a stay went away: by its wish, or its connection was lost. */
  departed(caller: Caller, roomId: string, how: Departure): void;
}

/** Being in a room: joining, sending, leaving. Whatever a caller asks is done as the participant that the caller is. */
export class Signaling {
  readonly #log: RoomLog;
  readonly #rooms: Rooms;
  readonly #sessions: Sessions;
  readonly #ice: IceServerIssuer;
  readonly #iceRefresh: IceRefresh;
  readonly #clock: Clock;
  readonly #observer: PresenceObserver | null;
  readonly #limits: SignalingLimits;
  readonly #budgets: SendBudgets;
  readonly #closedLately = new Set<string>();

  constructor(parts: {
    log: RoomLog;
    rooms: Rooms;
    sessions: Sessions;
    ice: IceServerIssuer;
    clock: Clock;
    limits: SignalingLimits;
    observer?: PresenceObserver;
  }) {
    this.#log = parts.log;
    this.#rooms = parts.rooms;
    this.#sessions = parts.sessions;
    this.#ice = parts.ice;
    this.#iceRefresh = new IceRefresh(parts.ice, parts.clock);
    this.#clock = parts.clock;
    this.#observer = parts.observer ?? null;
    this.#limits = parts.limits;
    this.#budgets = new SendBudgets(parts.limits.signalsPerSecond, parts.limits.signalBurst);
    parts.sessions.onEnded(({ sessionId }) => this.#log.endSession(sessionId, 'SIGNED_OUT'));
  }

  /**
   * Joins a room, or comes back to it. The mailbox yields a snapshot first and every later event after it; to stop
   * reading it is to leave.
   *
   * @throws InvalidInputError, RoomNotFoundError, RoomFullError, AlreadyInRoomError, RateLimitedError,
   * UnauthenticatedError
   */
  async join(caller: Caller, request: JoinRequest): Promise<Mailbox> {
    checkClientKey(request.clientKey);
    mustNotWait(this.#budgets.spendOutside(caller.accountId, this.#clock.now()));
    const room = await this.#rooms.lookUp(caller, request.roomId);
    if (room === null) throw new RoomNotFoundError();
    await this.#rooms.keep(room);
    // Whoever was signed out while this was under way had no stay to end yet.
    if (this.#sessions.hasEnded(caller.sessionId)) throw new UnauthenticatedError();
    if (this.#closedLately.has(room.id)) throw new RoomNotFoundError();
    const mailbox = new Mailbox(this.#limits.mailboxEvents);
    const entered = await this.#log.enter(
      {
        ...request,
        hostId: room.host.id,
        capacity: room.capacity,
        user: { id: caller.accountId, name: caller.name },
        sessionId: caller.sessionId,
      },
      mailbox,
    );
    const { hold, self, others, cursor, position, at, recovered, missed } = entered;
    this.#observer?.entered(caller, request, recovered);
    mailbox.onDeparture((how) => {
      this.#observer?.departed(caller, request.roomId, how);
      if (how === 'lost') this.#log.detach(hold);
      else this.#log.release(hold, 'LEFT');
    });
    const iceServers = this.#ice.issue(caller.accountId);
    const snapshot: RoomEvent = {
      type: 'RoomSnapshot',
      cursor,
      position,
      at,
      room,
      self,
      participants: others,
      iceServers,
      recovered,
    };
    this.#budgets.open(caller.accountId, room.id, this.#clock.now());
    mailbox.open([snapshot, ...missed]);
    this.#iceRefresh.watch(mailbox, caller.accountId, iceServers);
    return mailbox;
  }

  /** Ends the caller's stay; its subscription completes. @throws NotInRoomError */
  leave(caller: Caller, roomId: string): Eventual<Participant> {
    return this.#log.leave(roomId, caller.accountId, 'LEFT');
  }

  /** @throws InvalidInputError, NotInRoomError, PeerNotInRoomError, RateLimitedError */
  sendDescription(
    caller: Caller,
    signal: Signal & { type: 'OfferReceived' | 'AnswerReceived' },
    roomId: string,
    to: string,
    signalId: string | null,
  ): Eventual<string> {
    checkSdp(signal.sdp, this.#limits);
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
    return this.#log.setMedia(roomId, caller.accountId, media);
  }

  participants(roomId: string): Eventual<readonly Participant[]> {
    return this.#log.participants(roomId);
  }

  /** Ends a room for everybody. @throws RoomNotFoundError, NotHostError */
  async closeRoom(caller: Caller, roomId: string): Promise<Room> {
    const room = await this.#rooms.close(caller, roomId);
    this.#closedLately.add(roomId);
    this.#clock.after(CLOSE_REMEMBERED_MS, () => this.#closedLately.delete(roomId));
    await this.#log.closeRoom(roomId, 'CLOSED_BY_HOST');
    return room;
  }

  /** Ends every room that an account hosts, which is deleted. */
  async closeRoomsOf(accountId: string): Promise<void> {
    for await (const room of this.#rooms.takeHosted(accountId)) {
      await this.#log.closeRoom(room.id, 'CLOSED_BY_HOST');
    }
  }

  /** Keeps the rooms that are in use, ends those that nobody used, and forgets budgets that are full again. */
  async tidy(): Promise<void> {
    const present = new Map<string, Set<string>>();
    for (const roomId of this.#log.occupied()) {
      const participants = await this.#log.participants(roomId);
      present.set(roomId, new Set(participants.map(({ user }) => user.id)));
    }
    this.#budgets.tidy(
      (accountId, roomId) => present.get(roomId)?.has(accountId) === true,
      this.#clock.now(),
    );
    for (const roomId of this.#log.occupied()) {
      const room = await this.#rooms.find(roomId);
      if (room === null) await this.#log.closeRoom(roomId, 'EXPIRED');
      else await this.#rooms.keep(room);
    }
    await this.#rooms.sweep();
  }

  /** What is held now: rooms with anybody in them, and budgets of those who sent or joined lately. */
  usage(): { readonly rooms: number; readonly budgets: number } {
    return { rooms: this.#log.occupied().length, budgets: this.#budgets.size };
  }

  #send(
    caller: Caller,
    signal: Signal,
    roomId: string,
    to: string,
    signalId: string | null,
  ): Eventual<string> {
    checkSignalId(signalId);
    this.#spend(roomId, caller);
    return this.#log.send(roomId, caller.accountId, to, signal, signalId);
  }

  #spend(roomId: string, caller: Caller): void {
    mustNotWait(this.#budgets.spend(caller.accountId, roomId, this.#clock.now()));
  }
}

function mustNotWait(waitMs: number): void {
  if (waitMs > 0) throw new RateLimitedError(waitMs);
}
