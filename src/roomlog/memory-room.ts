import type { Clock } from '../domain/clock.ts';
import {
  AlreadyInRoomError,
  NotInRoomError,
  PeerNotInRoomError,
  RoomFullError,
} from '../domain/errors.ts';
import { newId } from '../domain/identifier.ts';
import { CursorWriter, newEpoch, parseCursor } from '../domain/signaling/cursor.ts';
import {
  isVisible,
  type LogEntry,
  type RoomChange,
  type RoomClosedReason,
  type Signal,
} from '../domain/signaling/event.ts';
import type { Mailbox } from '../domain/signaling/mailbox.ts';
import type { LeaveReason, MediaState, Participant } from '../domain/signaling/participant.ts';
import type { Entered, Entrance, Hold, RoomLogOptions } from '../domain/signaling/ports.ts';
import { Stay } from './stay.ts';
import { Tail } from './tail.ts';

const NO_MEDIA: MediaState = { audio: false, video: false, screen: false };

/** One room in memory: its log, and who is in it. Every method runs to its end before the next one. */
export class MemoryRoom {
  readonly #epoch: string;
  readonly #cursors: CursorWriter;
  readonly #tail: Tail;
  readonly #stays = new Map<string, Stay>();
  readonly #stayOfUser = new Map<string, Stay>();
  readonly #options: RoomLogOptions;
  readonly #clock: Clock;
  readonly #onEmpty: () => void;
  #position = 0;
  #joins = 0;
  #latest = 0;

  constructor(options: RoomLogOptions, clock: Clock, onEmpty: () => void) {
    this.#options = options;
    this.#clock = clock;
    this.#onEmpty = onEmpty;
    this.#epoch = newEpoch(clock.now());
    this.#cursors = new CursorWriter(this.#epoch);
    this.#tail = new Tail(options.replayEvents, options.replayMs + options.graceMs);
  }

  get isEmpty(): boolean {
    return this.#stays.size === 0;
  }

  enter(entrance: Entrance, mailbox: Mailbox): Entered {
    const present = this.#stayOfUser.get(entrance.user.id);
    if (present !== undefined) {
      if (present.clientKey !== null && present.clientKey === entrance.clientKey) {
        return this.#resume(present, entrance, mailbox);
      }
      if (!entrance.takeOver) throw new AlreadyInRoomError();
    }
    // Decided before anything is done: who is refused leaves everything as it was.
    const others = this.#stays.size - (present === undefined ? 0 : 1);
    if (others >= entrance.capacity) throw new RoomFullError(entrance.capacity);
    if (present !== undefined) this.#end(present, 'REPLACED', 'keep the room');
    return this.#join(entrance, mailbox);
  }

  detach(hold: Hold): void {
    const stay = this.#held(hold);
    if (stay === null || stay.lease !== null) return;
    if (stay.clientKey === null) {
      this.#end(stay, 'DISCONNECTED');
      return;
    }
    stay.dropMailbox();
    stay.lostAt = this.#now();
    this.#update(stay, { connection: 'RECONNECTING' }, 'not to itself');
    stay.lease = this.#clock.after(this.#options.graceMs, () => {
      if (this.#held(hold) !== null) this.#end(stay, 'DISCONNECTED');
    });
  }

  release(hold: Hold, reason: LeaveReason): boolean {
    const stay = this.#held(hold);
    if (stay === null) return false;
    this.#end(stay, reason);
    return true;
  }

  leave(userId: string, reason: LeaveReason): Participant {
    const stay = this.#require(userId);
    this.#end(stay, reason);
    return stay.participant;
  }

  endSession(sessionId: string, reason: LeaveReason): void {
    for (const stay of [...this.#stays.values()]) {
      if (stay.sessionId === sessionId) this.#end(stay, reason);
    }
  }

  send(userId: string, to: string, signal: Signal, signalId: string | null): string {
    const sender = this.#require(userId);
    const before = signalId === null ? null : sender.sentBefore(signalId);
    if (before !== null) return this.#cursors.at(before);
    const addressee = this.#stays.get(to);
    if (addressee === undefined || addressee === sender) throw new PeerNotInRoomError();
    const position = this.#position + 1;
    const cursor = this.#cursors.at(position);
    const from = sender.participant.id;
    const entry = placeSignal(signal, cursor, position, this.#now(), from, to);
    this.#store(entry);
    addressee.visibleThrough = position;
    addressee.mailbox?.push(entry);
    if (signalId !== null) sender.rememberSent(signalId, position);
    return cursor;
  }

  setMedia(userId: string, change: Partial<MediaState>): Participant {
    const stay = this.#require(userId);
    const media = { ...stay.participant.media, ...change };
    if (!sameMedia(media, stay.participant.media)) this.#update(stay, { media });
    return stay.participant;
  }

  participants(): Participant[] {
    return Array.from(this.#stays.values(), (stay) => stay.participant);
  }

  close(reason: RoomClosedReason): void {
    const stays = [...this.#stays.values()];
    for (const { participant } of stays) {
      this.#tell({ type: 'ParticipantLeft', participant, reason: 'ROOM_CLOSED' });
    }
    this.#tell({ type: 'RoomClosed', reason });
    this.dispose();
    this.#onEmpty();
  }

  /** Lets go of entries that are too old to be asked for. */
  trim(): void {
    this.#tail.trim(this.#now());
  }

  /** Ends every mailbox and timer without a word. */
  dispose(): void {
    for (const stay of this.#stays.values()) {
      stay.lease?.cancel();
      stay.dropMailbox()?.end();
    }
    this.#stays.clear();
    this.#stayOfUser.clear();
  }

  #join(entrance: Entrance, mailbox: Mailbox): Entered {
    this.#joins += 1;
    const participant: Participant = {
      id: newId(),
      user: entrance.user,
      role: entrance.user.id === entrance.hostId ? 'HOST' : 'GUEST',
      joinOrder: this.#joins,
      media: entrance.media ?? NO_MEDIA,
      handRaised: false,
      connection: 'CONNECTED',
      joinedAt: this.#now(),
    };
    const entry = this.#tell({ type: 'ParticipantJoined', participant });
    const stay = new Stay(participant, entrance, entry.position);
    this.#stays.set(participant.id, stay);
    this.#stayOfUser.set(entrance.user.id, stay);
    return this.#hold(stay, entrance, mailbox, entry.position, null);
  }

  #resume(stay: Stay, entrance: Entrance, mailbox: Mailbox): Entered {
    stay.lease?.cancel();
    stay.lease = null;
    stay.dropMailbox()?.end();
    // The session it comes with now: signing that one out must end the stay, and no other.
    stay.sessionId = entrance.sessionId;
    const from = this.#resumePoint(stay, entrance.after);
    const media = this.#announced(stay, entrance.media);
    const change = {
      ...(stay.participant.connection === 'RECONNECTING' && { connection: 'CONNECTED' as const }),
      ...(media !== null && { media }),
    };
    if (Object.keys(change).length > 0) this.#update(stay, change, 'not to itself');
    const since = (stay.lostAt ?? this.#now()) - this.#options.replayMs;
    stay.lostAt = null;
    const missed = from === null ? null : this.#missed(stay, from, since);
    return this.#hold(stay, entrance, mailbox, from ?? this.#position, missed);
  }

  /**
   * What a resuming client changes of its media; null for nothing. A stock client says at every resume what it said
   * at its join: only what is said anew counts, so that this does not undo what was set meanwhile.
   */
  #announced(stay: Stay, media: MediaState | null): MediaState | null {
    if (media === null) return null;
    const before = stay.announcedMedia;
    stay.announcedMedia = media;
    if (before !== null && sameMedia(media, before)) return null;
    return sameMedia(media, stay.participant.media) ? null : media;
  }

  /** Null where the tail does not reach back to `from`, and something that the stay may see is lost with that. */
  #missed(stay: Stay, from: number, since: number): LogEntry[] | null {
    return from >= stay.visibleThrough ? [] : this.#tail.after(from, this.#position, since);
  }

  /** The position up to which a resuming client has everything; null when that cannot be told. */
  #resumePoint(stay: Stay, after: string | null): number | null {
    if (after === null) return stay.receivedThrough;
    const cursor = parseCursor(after);
    if (cursor === null || cursor.epoch !== this.#epoch) return null;
    const { position } = cursor;
    return position >= stay.joinedAtPosition && position <= this.#position ? position : null;
  }

  #hold(
    stay: Stay,
    entrance: Entrance,
    mailbox: Mailbox,
    from: number,
    missed: LogEntry[] | null,
  ): Entered {
    stay.mailbox = mailbox;
    stay.fence += 1;
    const { id } = stay.participant;
    const position = missed === null ? this.#position : from;
    mailbox.receivedThrough = Math.max(stay.receivedThrough, missed === null ? 0 : from);
    return {
      hold: { roomId: entrance.roomId, stayId: id, fence: stay.fence },
      self: stay.participant,
      others: this.participants().filter((participant) => participant.id !== id),
      cursor: this.#cursors.at(position),
      position,
      at: this.#now(),
      recovered: missed !== null,
      missed: missed?.filter((entry) => isVisible(entry, id)) ?? [],
    };
  }

  #held(hold: Hold): Stay | null {
    const stay = this.#stays.get(hold.stayId);
    return stay !== undefined && stay.fence === hold.fence ? stay : null;
  }

  #require(userId: string): Stay {
    const stay = this.#stayOfUser.get(userId);
    if (stay === undefined) throw new NotInRoomError();
    return stay;
  }

  #update(stay: Stay, change: Partial<Participant>, toSelf?: 'not to itself'): void {
    stay.participant = { ...stay.participant, ...change };
    const { participant } = stay;
    this.#tell({ type: 'ParticipantUpdated', participant }, toSelf && participant.id);
  }

  #end(stay: Stay, reason: LeaveReason, whenLast?: 'keep the room'): void {
    stay.lease?.cancel();
    const { participant } = stay;
    this.#stayOfUser.delete(participant.user.id);
    // The one who leaves hears of it too, last of all, so that its client knows why.
    this.#tell({ type: 'ParticipantLeft', participant, reason });
    this.#stays.delete(participant.id);
    stay.dropMailbox()?.end();
    if (this.isEmpty && whenLast === undefined) this.#onEmpty();
  }

  #tell(change: RoomChange, except: string | null = null): LogEntry {
    const position = this.#position + 1;
    const cursor = this.#cursors.at(position);
    const entry: LogEntry = {
      ...change,
      cursor,
      position,
      at: this.#now(),
      to: null,
      except,
    };
    this.#store(entry);
    for (const stay of this.#stays.values()) {
      if (stay.participant.id === except) continue;
      stay.visibleThrough = position;
      stay.mailbox?.push(entry);
    }
    return entry;
  }

  /** The clock's time, but never before that of an earlier entry: a clock that is set back must not age the tail. */
  #now(): number {
    this.#latest = Math.max(this.#latest, this.#clock.now());
    return this.#latest;
  }

  #store(entry: LogEntry): void {
    this.#position = entry.position;
    this.#tail.append(entry);
  }
}

function sameMedia(one: MediaState, other: MediaState): boolean {
  return one.audio === other.audio && one.video === other.video && one.screen === other.screen;
}

// Written out, since every signal passes here and a spread costs more than all the rest of it.
function placeSignal(
  signal: Signal,
  cursor: string,
  position: number,
  at: number,
  from: string,
  to: string,
): LogEntry {
  if (signal.type === 'IceCandidatesReceived') {
    return { type: signal.type, cursor, position, at, from, to, candidates: signal.candidates };
  }
  return { type: signal.type, cursor, position, at, from, to, sdp: signal.sdp };
}
