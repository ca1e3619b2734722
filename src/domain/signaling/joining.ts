import type { Caller, Sessions } from '../accounts/sessions.ts';
import type { Clock } from '../clock.ts';
import { BEFORE_ALL } from '../cursor.ts';
import {
  AlreadyInRoomError,
  GoneError,
  isJoinError,
  type JoinError,
  KnockDeniedError,
  KnockRequiredError,
  RateLimitedError,
  RoomNotFoundError,
  UnauthenticatedError,
} from '../errors.ts';
import type { Hold } from '../log.ts';
import { type Departure, Mailbox } from '../mailbox.ts';
import type { KnockAnswer } from '../room/course.ts';
import type { FirstOffer } from '../room/entry.ts';
import type { Knock, LiveRooms } from '../room/live-rooms.ts';
import type { Room } from '../rooms/room.ts';
import type { Rooms } from '../rooms/rooms.ts';
import {
  type Arrival,
  entranceOf,
  type JoinRequest,
  nameOf,
  type OfferingRequest,
} from './arrival.ts';
import type { ByteBudgets } from './byte-budgets.ts';
import type { ChatHistory } from './chat-history.ts';
import type { JoinRefused, RoomEvent } from './event.ts';
import { bytesOfEvent, bytesOfText } from './event-size.ts';
import { IceRefresh } from './ice-refresh.ts';
import type { IceServerIssuer } from './ice-servers.ts';
import { ANY_CLIENT, type JoiningClient } from './joining-client.ts';
import { mustNotWait, type SendBudgets } from './send-budgets.ts';
import { checkClientKey, checkSdp } from './signal-rules.ts';

/** Is told who comes and goes, for metrics and the log. */
export interface PresenceObserver {
  /** A stay began or was resumed. `recovered`: its client gets everything that it missed. */
  entered(caller: Caller, request: JoinRequest, recovered: boolean): void;
  /** The reader of a stay went away: it unsubscribed, or its connection was lost. */
  departed(caller: Pick<Caller, 'accountId' | 'sessionId'>, roomId: string, how: Departure): void;
}

/** Joins a room, if necessary after waiting for the host. */
export class Joining {
  readonly #live: LiveRooms;
  readonly #rooms: Rooms;
  readonly #sessions: Sessions;
  readonly #ice: IceServerIssuer;
  readonly #history: ChatHistory;
  readonly #clock: Clock;
  readonly #iceRefresh: IceRefresh;
  readonly #observer: PresenceObserver | null;
  readonly #signals: SendBudgets;
  readonly #joins: SendBudgets;
  readonly #bytes: ByteBudgets;
  readonly #mailboxEvents: number;
  readonly #mailboxBytes: number;
  readonly #maxSdpBytes: number;
  /** The newest join of each client that is under way, by {@link nameOf}. */
  readonly #newest = new Map<string, Arrival>();

  constructor(parts: {
    live: LiveRooms;
    rooms: Rooms;
    sessions: Sessions;
    ice: IceServerIssuer;
    history: ChatHistory;
    clock: Clock;
    signals: SendBudgets;
    /** How often each account may join. It is limited because everybody in the room is told. */
    joins: SendBudgets;
    /** How many events may wait for one slow reader. */
    mailboxEvents: number;
    /** How many bytes they may take together. */
    mailboxBytes: number;
    bytes: ByteBudgets;
    /** Bytes of an offer that comes with a join, in UTF-8. */
    maxSdpBytes: number;
    observer?: PresenceObserver;
  }) {
    this.#live = parts.live;
    this.#rooms = parts.rooms;
    this.#sessions = parts.sessions;
    this.#ice = parts.ice;
    this.#history = parts.history;
    this.#iceRefresh = new IceRefresh(parts.ice, parts.clock);
    this.#observer = parts.observer ?? null;
    this.#clock = parts.clock;
    this.#signals = parts.signals;
    this.#mailboxEvents = parts.mailboxEvents;
    this.#mailboxBytes = parts.mailboxBytes;
    this.#bytes = parts.bytes;
    this.#joins = parts.joins;
    this.#maxSdpBytes = parts.maxSdpBytes;
  }

  /**
   * Joins a room, or comes back to it. The mailbox yields a snapshot first and then every later event. A reader that
   * unsubscribes leaves the room. If the host has to let the caller in, the mailbox first yields `KnockPending`, then
   * the answer, then the snapshot or a refusal. A reader that unsubscribes meanwhile withdraws the knock.
   *
   * A client that disconnects meanwhile does not join, and replaces nobody. If a client joins twice with the same
   * `clientKey`, the newer of its connections wins, however long each takes.
   *
   * An offer that comes with the join is sent with it, or not at all: not by somebody who has to knock, and not past the
   * caller's budgets.
   *
   * @throws InvalidInputError, UnauthenticatedError, and every {@link JoinError} that is known at once
   */
  async join(
    caller: Caller,
    { offer, ...request }: OfferingRequest,
    client: JoiningClient = ANY_CLIENT,
  ): Promise<Mailbox<RoomEvent>> {
    checkClientKey(request.clientKey);
    if (offer !== null) checkSdp(offer, this.#maxSdpBytes, 'offer');
    mustNotWait(this.#signals.spendOutside(caller.accountId, this.#clock.elapsed()));
    mustNotWait(this.#joins.spendOutside(caller.accountId, this.#clock.elapsed()));
    const mailbox = new Mailbox<RoomEvent>(this.#mailboxEvents, this.#mailboxBytes, bytesOfEvent);
    const arrival: Arrival = { caller, request, client, mailbox };
    const name = nameOf(arrival);
    if (name !== null) this.#newest.set(name, arrival);
    try {
      await this.#arrive(arrival, offer);
    } catch (error) {
      if (!(error instanceof GoneError)) throw error;
      mailbox.open([]);
      mailbox.end();
    } finally {
      if (name !== null && this.#newest.get(name) === arrival) this.#newest.delete(name);
    }
    return mailbox;
  }

  async #arrive(arrival: Arrival, sdp: string | null): Promise<void> {
    const { caller, request } = arrival;
    const room = await this.#rooms.toJoin(caller, request);
    try {
      const offer = sdp === null ? null : this.#payFor(sdp, caller, room.id);
      await this.#enter(arrival, room, null, [], offer);
    } catch (error) {
      if (!(error instanceof KnockRequiredError)) throw error;
      await this.#wait(arrival, room);
    }
  }

  /** Takes what a signal costs from the caller's budgets; null if they do not allow it now. */
  #payFor(sdp: string, caller: Caller, roomId: string): FirstOffer | null {
    const now = this.#clock.elapsed();
    try {
      mustNotWait(this.#signals.spendOutside(caller.accountId, now));
      this.#bytes.pay(caller, roomId, null, bytesOfText(sdp), now);
    } catch (error) {
      if (error instanceof RateLimitedError) return null;
      throw error;
    }
    return {
      sdp,
      fits: (stayId) => this.#bytes.canTake(caller, roomId, stayId, this.#clock.elapsed()),
    };
  }

  /** Whether the client still wants to join, and has not come again through a newer connection. */
  #isThere(arrival: Arrival): boolean {
    if (arrival.mailbox.closed || !arrival.client.isThere()) return false;
    const name = nameOf(arrival);
    const newest = name === null ? undefined : this.#newest.get(name);
    return newest === undefined || newest === arrival || !newest.client.isThere();
  }

  async #enter(
    arrival: Arrival,
    room: Room,
    pass: string | null,
    before: readonly RoomEvent[],
    offer: FirstOffer | null = null,
  ): Promise<void> {
    const { caller, request, mailbox, client } = arrival;
    this.#checkEnds(caller, room.id);
    const entrance = entranceOf(caller, request, room, pass, offer);
    const entered = await this.#live.enter(entrance, mailbox, () => this.#isThere(arrival));
    if (this.#sessions.hasEnded(caller.sessionId)) {
      // The session was ended while the log was asked, and that did not find this stay.
      await this.#live.release(entered.hold, 'SIGNED_OUT');
      throw new UnauthenticatedError();
    }
    const { hold, self, others, cursor, position, at, recovered, missed, offeredTo } = entered;
    this.#observer?.entered(caller, request, recovered);
    client.entered(hold);
    this.#watch(mailbox, caller, client, hold);
    const messages = await this.#history.byNames(entered.history, [self, ...others]);
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
      messages,
      recovered,
      offeredTo,
    };
    this.#signals.open(caller.accountId, room.id, this.#clock.elapsed());
    this.#bytes.open(caller.accountId, room.id, self.id, mailbox, this.#clock.elapsed());
    mailbox.open([...before, snapshot, ...missed]);
    this.#iceRefresh.watch(mailbox, caller.accountId, iceServers);
  }

  /** Ends or detaches a stay when its reader goes. What it holds of the join lasts as long as the stay. */
  #watch(mailbox: Mailbox<RoomEvent>, caller: Caller, client: JoiningClient, hold: Hold): void {
    const { accountId, sessionId } = caller;
    mailbox.onDeparture((how) => {
      this.#observer?.departed({ accountId, sessionId }, hold.key, how);
      if (how === 'lost') {
        this.#live.detach(hold);
      } else {
        client.left(hold);
        this.#live.release(hold, 'LEFT');
      }
    });
  }

  async #wait(arrival: Arrival, room: Room): Promise<void> {
    const { caller, request, mailbox } = arrival;
    this.#checkEnds(caller, room.id);
    let answered: (how: KnockAnswer) => void = () => {};
    const answer = new Promise<KnockAnswer>((resolve) => {
      answered = resolve;
    });
    const entrance = entranceOf(caller, request, room, null);
    const isThere = () => this.#isThere(arrival);
    const knock = await this.#live.knock(entrance, { answered }, isThere);
    mailbox.onDeparture(() => this.#live.withdraw(knock));
    const { knockId, hostTold } = knock;
    mailbox.open([{ type: 'KnockPending', ...this.#placed(), knockId, hostTold }]);
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
      else if (!(error instanceof GoneError)) mailbox.abandon();
    }
  }

  #refuse(mailbox: Mailbox<RoomEvent>, before: readonly RoomEvent[], error: JoinError): void {
    mailbox.open([...before, joinRefused(error, this.#clock.now())]);
    mailbox.end();
  }

  /**
   * The session may have been ended, or the room closed, while this was under way. That did not find this stay, which
   * did not exist yet.
   */
  #checkEnds({ sessionId }: Caller, roomId: string): void {
    if (this.#sessions.hasEnded(sessionId)) throw new UnauthenticatedError();
    if (this.#rooms.hasClosed(roomId)) throw new RoomNotFoundError();
  }

  /** The place of an event that is in no log. */
  #placed() {
    return { cursor: BEFORE_ALL, position: 0, at: this.#clock.now() };
  }
}

/** @param at milliseconds since the Unix epoch */
export function joinRefused(error: JoinError, at: number): JoinRefused {
  return { type: 'JoinRefused', cursor: BEFORE_ALL, position: 0, at, error };
}
