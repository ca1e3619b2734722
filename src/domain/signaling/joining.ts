import type { Caller, Sessions } from '../accounts/sessions.ts';
import type { Clock } from '../clock.ts';
import { BEFORE_ALL } from '../cursor.ts';
import {
  AlreadyInRoomError,
  isJoinError,
  type JoinError,
  KnockDeniedError,
  KnockRequiredError,
  RoomNotFoundError,
  UnauthenticatedError,
} from '../errors.ts';
import { type Departure, Mailbox } from '../mailbox.ts';
import type { KnockAnswer } from '../room/course.ts';
import type { Entrance } from '../room/entering.ts';
import type { Knock, LiveRooms } from '../room/live-rooms.ts';
import type { MediaState } from '../room/participant.ts';
import { rulesOf } from '../room/rules.ts';
import { markOf } from '../rooms/bans.ts';
import type { Room } from '../rooms/room.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { ByteBudgets } from './byte-budgets.ts';
import type { JoinRefused, RoomEvent } from './event.ts';
import { bytesOfEvent } from './event-size.ts';
import { IceRefresh } from './ice-refresh.ts';
import type { IceServerIssuer } from './ice-servers.ts';
import { mustNotWait, type SendBudgets } from './send-budgets.ts';
import { checkClientKey } from './signal-rules.ts';

export interface JoinRequest {
  readonly roomId: string;
  readonly clientKey: string | null;
  readonly after: string | null;
  readonly takeOver: boolean;
  readonly media: MediaState | null;
}

/** Hears who comes and goes, for whoever counts it or writes it down. */
export interface PresenceObserver {
  /** A stay began, or went on; `recovered` where its client gets all that it had missed. */
  entered(caller: Caller, request: JoinRequest, recovered: boolean): void;
  /** The reader of a stay went away: by its wish, or its connection was lost. */
  departed(caller: Caller, roomId: string, how: Departure): void;
}

/** Somebody on the way into a room. */
interface Arrival {
  readonly caller: Caller;
  readonly request: JoinRequest;
  readonly mailbox: Mailbox<RoomEvent>;
}

/** Getting into a room, if need be by waiting before it. */
export class Joining {
  readonly #live: LiveRooms;
  readonly #rooms: Rooms;
  readonly #sessions: Sessions;
  readonly #ice: IceServerIssuer;
  readonly #clock: Clock;
  readonly #iceRefresh: IceRefresh;
  readonly #observer: PresenceObserver | null;
  readonly #signals: SendBudgets;
  readonly #joins: SendBudgets;
  readonly #bytes: ByteBudgets;
  readonly #mailboxEvents: number;
  readonly #mailboxBytes: number;

  constructor(parts: {
    live: LiveRooms;
    rooms: Rooms;
    sessions: Sessions;
    ice: IceServerIssuer;
    clock: Clock;
    signals: SendBudgets;
    /** How often each account may join: all in the room are told. */
    joins: SendBudgets;
    /** Events that wait for one slow reader. */
    mailboxEvents: number;
    /** What they may take together, in bytes. */
    mailboxBytes: number;
    bytes: ByteBudgets;
    observer?: PresenceObserver;
  }) {
    this.#live = parts.live;
    this.#rooms = parts.rooms;
    this.#sessions = parts.sessions;
    this.#ice = parts.ice;
    this.#iceRefresh = new IceRefresh(parts.ice, parts.clock);
    this.#observer = parts.observer ?? null;
    this.#clock = parts.clock;
    this.#signals = parts.signals;
    this.#mailboxEvents = parts.mailboxEvents;
    this.#mailboxBytes = parts.mailboxBytes;
    this.#bytes = parts.bytes;
    this.#joins = parts.joins;
  }

  /**
   * Joins a room, or comes back to it. The mailbox yields a snapshot first and every later event after it; to stop
   * reading it is to leave. Where the host has to let the caller in it yields `KnockPending` first, then the answer,
   * then the snapshot or a refusal; to stop reading it is to wait no more.
   *
   * @throws InvalidInputError, UnauthenticatedError, and every {@link JoinError} that is known at once
   */
  async join(caller: Caller, request: JoinRequest): Promise<Mailbox<RoomEvent>> {
    checkClientKey(request.clientKey);
    mustNotWait(this.#signals.spendOutside(caller.accountId, this.#clock.now()));
    mustNotWait(this.#joins.spendOutside(caller.accountId, this.#clock.now()));
    const room = await this.#rooms.lookUp(caller, request.roomId);
    if (room === null) throw new RoomNotFoundError();
    await this.#rooms.keep(room);
    const mailbox = new Mailbox<RoomEvent>(this.#mailboxEvents, this.#mailboxBytes, bytesOfEvent);
    const arrival = { caller, request, mailbox };
    try {
      await this.#enter(arrival, room, null, []);
    } catch (error) {
      if (!(error instanceof KnockRequiredError)) throw error;
      await this.#wait(arrival, room);
    }
    return mailbox;
  }

  async #enter(
    { caller, request, mailbox }: Arrival,
    room: Room,
    pass: string | null,
    before: readonly RoomEvent[],
  ): Promise<void> {
    this.#checkEnds(caller, room.id);
    // Whoever went away meanwhile must not put out a stay that lives.
    if (mailbox.closed) return;
    const entered = await this.#live.enter(entranceOf(caller, request, room, pass), mailbox);
    if (this.#sessions.hasEnded(caller.sessionId)) {
      // Signed out while the log was asked: whoever ended the session did not find this stay.
      await this.#live.release(entered.hold, 'SIGNED_OUT');
      throw new UnauthenticatedError();
    }
    const { hold, self, others, cursor, position, at, recovered, missed, history } = entered;
    this.#observer?.entered(caller, request, recovered);
    mailbox.onDeparture((how) => {
      this.#observer?.departed(caller, room.id, how);
      if (how === 'lost') this.#live.detach(hold);
      else this.#live.release(hold, 'LEFT');
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
      messages: history,
      recovered,
    };
    this.#signals.open(caller.accountId, room.id, this.#clock.now());
    this.#bytes.open(caller.accountId, room.id, self.id, mailbox, this.#clock.now());
    mailbox.open([...before, snapshot, ...missed]);
    this.#iceRefresh.watch(mailbox, caller.accountId, iceServers);
  }

  async #wait(arrival: Arrival, room: Room): Promise<void> {
    const { caller, request, mailbox } = arrival;
    this.#checkEnds(caller, room.id);
    let answered: (how: KnockAnswer) => void = () => {};
    const answer = new Promise<KnockAnswer>((resolve) => {
      answered = resolve;
    });
    const knock = await this.#live.knock(entranceOf(caller, request, room, null), { answered });
    mailbox.onDeparture(() => this.#live.withdraw(knock));
    mailbox.open([{ type: 'KnockPending', ...this.#placed(), knockId: knock.knockId }]);
    answer.then((how) => this.#goOn(arrival, knock, how));
  }

  async #goOn(arrival: Arrival, { roomId, knockId }: Knock, how: KnockAnswer): Promise<void> {
    const { mailbox } = arrival;
    if (mailbox.closed) return;
    mailbox.hold();
    if (how === 'replaced') return this.#refuse(mailbox, [], new AlreadyInRoomError());
    if (how === 'closed') return this.#refuse(mailbox, [], new RoomNotFoundError());
    const admitted = how === 'admitted';
    const before: RoomEvent[] = [{ type: 'KnockAnswered', ...this.#placed(), knockId, admitted }];
    if (!admitted) return this.#refuse(mailbox, before, new KnockDeniedError());
    try {
      const room = await this.#rooms.find(roomId);
      if (room === null) throw new RoomNotFoundError();
      await this.#enter(arrival, room, knockId, before);
    } catch (error) {
      if (isJoinError(error)) this.#refuse(mailbox, before, error);
      else mailbox.abandon();
    }
  }

  #refuse(mailbox: Mailbox<RoomEvent>, before: readonly RoomEvent[], error: JoinError): void {
    mailbox.open([...before, joinRefused(error, this.#clock.now())]);
    mailbox.end();
  }

  /** Whoever was signed out, or out of a room that was closed, while this was under way had no stay to end yet. */
  #checkEnds({ sessionId }: Caller, roomId: string): void {
    if (this.#sessions.hasEnded(sessionId)) throw new UnauthenticatedError();
    if (this.#rooms.hasClosed(roomId)) throw new RoomNotFoundError();
  }

  /** The place of an event that is in no log. */
  #placed() {
    return { cursor: BEFORE_ALL, position: 0, at: this.#clock.now() };
  }
}

function entranceOf(
  caller: Caller,
  request: JoinRequest,
  room: Room,
  pass: string | null,
): Entrance {
  const { roomId, clientKey, after, takeOver, media } = request;
  return {
    roomId,
    clientKey,
    after,
    takeOver,
    media,
    rules: rulesOf(room),
    banned: room.banned,
    address: markOf(roomId, caller.address),
    device: caller.device === null ? null : markOf(roomId, caller.device),
    pass,
    user: { id: caller.accountId, name: caller.name, isGuest: caller.guestOf !== null },
    granted: caller.grant?.roomId === roomId ? caller.grant.role : null,
    sessionId: caller.sessionId,
  };
}

/** @param at milliseconds since the Unix epoch */
export function joinRefused(error: JoinError, at: number): JoinRefused {
  return { type: 'JoinRefused', cursor: BEFORE_ALL, position: 0, at, error };
}
