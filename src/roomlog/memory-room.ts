import type { User } from '../domain/accounts/account.ts';
import type { Clock } from '../domain/clock.ts';
import { NotInRoomError } from '../domain/errors.ts';
import type { LogEntry, Notice, RoomChange, RoomClosedReason } from '../domain/room/entry.ts';
import type { LeaveReason, MediaState, Participant } from '../domain/room/participant.ts';
import type { VisibleRoom } from '../domain/rooms/room.ts';
import type { Hold, RoomActivity, RoomLogOptions } from '../domain/signaling/ports.ts';
import { Chat } from './chat.ts';
import type { Door } from './door.ts';
import { Journal } from './journal.ts';
import { placeChange } from './place.ts';
import type { Stay } from './stay.ts';

/** What a room needs of the log that it is part of. */
export interface MemoryRoomParts {
  readonly roomId: string;
  readonly door: Door;
  readonly options: RoomLogOptions;
  readonly clock: Clock;
  readonly onEmpty: () => void;
  readonly onActivity: (activity: RoomActivity) => void;
}

/** One room in memory: its log, and who is in it. Every method runs to its end before the next one. */
export class MemoryRoom {
  readonly door: Door;
  readonly journal: Journal;
  readonly chat: Chat;
  readonly #parts: MemoryRoomParts;
  readonly #stays = new Map<string, Stay>();
  readonly #stayOfUser = new Map<string, Stay>();
  #host: Stay | null = null;
  #joins = 0;
  #started = false;

  constructor(parts: MemoryRoomParts) {
    this.#parts = parts;
    this.door = parts.door;
    this.journal = new Journal(parts.options, parts.clock);
    this.chat = new Chat(parts.options.historyMessages);
  }

  get isEmpty(): boolean {
    return this.#stays.size === 0;
  }

  get size(): number {
    return this.#stays.size;
  }

  /** Whose role is HOST; null while nobody is in. */
  get host(): Stay | null {
    return this.#host;
  }

  participants(): Participant[] {
    return Array.from(this.#stays.values(), (stay) => stay.participant);
  }

  stay(id: string): Stay | null {
    return this.#stays.get(id) ?? null;
  }

  stayOf(userId: string): Stay | null {
    return this.#stayOfUser.get(userId) ?? null;
  }

  /** @throws NotInRoomError */
  require(userId: string): Stay {
    const stay = this.#stayOfUser.get(userId);
    if (stay === undefined) throw new NotInRoomError();
    return stay;
  }

  detach(hold: Hold): void {
    const stay = this.#held(hold);
    if (stay === null || stay.lease !== null) return;
    if (stay.clientKey === null) {
      this.end(stay, 'DISCONNECTED');
      return;
    }
    stay.dropMailbox();
    stay.lostAt = this.journal.now();
    this.update(stay, { connection: 'RECONNECTING' }, 'not to itself');
    const { clock, options } = this.#parts;
    stay.lease = clock.after(options.graceMs, () => {
      if (this.#held(hold) !== null) this.end(stay, 'DISCONNECTED');
    });
  }

  release(hold: Hold, reason: LeaveReason): boolean {
    const stay = this.#held(hold);
    if (stay === null) return false;
    this.end(stay, reason);
    return true;
  }

  leave(userId: string, reason: LeaveReason): Participant {
    const stay = this.require(userId);
    this.end(stay, reason);
    return stay.participant;
  }

  endSession(sessionId: string, reason: LeaveReason): void {
    for (const stay of [...this.#stays.values()]) {
      if (stay.sessionId === sessionId) this.end(stay, reason);
    }
  }

  setMedia(userId: string, change: Partial<MediaState>): Participant {
    const stay = this.require(userId);
    const media = { ...stay.participant.media, ...change };
    if (!sameMedia(media, stay.participant.media)) this.update(stay, { media });
    return stay.participant;
  }

  raiseHand(userId: string, raised: boolean): Participant {
    const stay = this.require(userId);
    if (stay.participant.handRaised !== raised) {
      const handRaisedAt = raised ? this.journal.now() : null;
      this.update(stay, { handRaised: raised, handRaisedAt });
    }
    return stay.participant;
  }

  rename(user: User): void {
    const stay = this.#stayOfUser.get(user.id);
    if (stay !== undefined) this.update(stay, { user });
  }

  changeSettings(room: VisibleRoom): void {
    this.tell({ type: 'RoomUpdated', room });
  }

  close(reason: RoomClosedReason): void {
    const stays = [...this.#stays.values()];
    for (const { participant } of stays) {
      const entry = this.tell({ type: 'ParticipantLeft', participant, reason: 'ROOM_CLOSED' });
      this.#report(entry, { type: 'participant.left', participant, reason: 'ROOM_CLOSED' });
    }
    const last = this.tell({ type: 'RoomClosed', reason });
    this.dispose();
    this.#report(last, { type: 'room.ended' });
    this.#parts.onEmpty();
  }

  /** Ends every mailbox and timer without a word. */
  dispose(): void {
    for (const stay of this.#stays.values()) {
      stay.lease?.cancel();
      stay.dropMailbox()?.end();
    }
    this.#stays.clear();
    this.#stayOfUser.clear();
    this.#host = null;
  }

  /** The number of the next join. */
  countJoin(): number {
    this.#joins += 1;
    return this.#joins;
  }

  /** Tells of a new participant, and lets it in as `makeStay` makes it of its first position. */
  add(participant: Participant, makeStay: (position: number) => Stay): Stay {
    const entry = this.tell({ type: 'ParticipantJoined', participant });
    // Somebody who takes over from the only one in it comes to a room that goes on.
    if (!this.#started) this.#report(entry, { type: 'room.started' });
    this.#started = true;
    this.#report(entry, { type: 'participant.joined', participant });
    const stay = makeStay(entry.position);
    this.#stays.set(participant.id, stay);
    this.#stayOfUser.set(participant.user.id, stay);
    if (participant.role === 'HOST') this.#host = stay;
    return stay;
  }

  update(stay: Stay, change: Partial<Participant>, toSelf?: 'not to itself'): void {
    stay.participant = { ...stay.participant, ...change };
    const { participant } = stay;
    this.tell({ type: 'ParticipantUpdated', participant }, toSelf && participant.id);
  }

  /** Ends a stay. With `successor` another of the same user follows at once: so the room and its host's role are kept. */
  end(stay: Stay, reason: LeaveReason, followed?: 'by a successor'): void {
    stay.lease?.cancel();
    const { participant } = stay;
    this.#stayOfUser.delete(participant.user.id);
    // The one who leaves hears of it too, last of all, so that its client knows why.
    const entry = this.tell({ type: 'ParticipantLeft', participant, reason });
    this.#report(entry, { type: 'participant.left', participant, reason });
    this.#stays.delete(participant.id);
    stay.dropMailbox()?.end();
    if (this.#host === stay) this.#host = null;
    if (followed !== undefined) return;
    if (this.isEmpty) {
      this.#report(entry, { type: 'room.ended' });
      this.#parts.onEmpty();
    } else if (this.#host === null) this.#elect();
  }

  /** Takes the role of HOST off whoever has it. */
  dismissHost(): void {
    const host = this.#host;
    this.#host = null;
    if (host !== null) this.update(host, { role: 'MEMBER' });
  }

  /** Tells the host of all who wait. */
  tellOfKnocks(host: Stay): void {
    for (const { knock, entrance } of this.door.waiting()) {
      this.notify(host, null, {
        type: 'KnockReceived',
        knockId: knock.knockId,
        user: entrance.user,
      });
    }
  }

  /** Tells one participant alone. */
  notify(addressee: Stay, from: string | null, notice: Notice): LogEntry {
    const { journal } = this;
    const position = journal.position + 1;
    const entry: LogEntry = {
      ...notice,
      cursor: journal.cursorAt(position),
      position,
      at: journal.now(),
      to: addressee.participant.id,
      from,
    };
    journal.append(entry);
    addressee.visibleThrough = position;
    addressee.mailbox?.push(entry);
    return entry;
  }

  /** Tells everybody, but for one stay. */
  tell(change: RoomChange, except: string | null = null): LogEntry {
    const { journal } = this;
    const position = journal.position + 1;
    const cursor = journal.cursorAt(position);
    const entry = placeChange(change, cursor, position, journal.now(), except);
    journal.append(entry);
    for (const stay of this.#stays.values()) {
      if (stay.participant.id === except) continue;
      stay.visibleThrough = position;
      stay.mailbox?.push(entry);
    }
    return entry;
  }

  /** The longest-staying account is next; a guest only where there is none. Stays are in the order of their joins. */
  #elect(): void {
    const stays = [...this.#stays.values()];
    const next = stays.find(({ participant }) => !participant.user.isGuest) ?? stays[0];
    if (next === undefined) return;
    this.#host = next;
    this.update(next, { role: 'HOST' });
    this.tellOfKnocks(next);
  }

  #held(hold: Hold): Stay | null {
    const stay = this.#stays.get(hold.stayId);
    return stay !== undefined && stay.fence === hold.fence ? stay : null;
  }

  #report({ cursor, at }: LogEntry, what: Happening): void {
    this.#parts.onActivity({ roomId: this.#parts.roomId, cursor, at, ...what });
  }
}

/** A room's activity but for its place. */
type Happening =
  | { type: 'room.started' | 'room.ended' }
  | { type: 'participant.joined'; participant: Participant }
  | { type: 'participant.left'; participant: Participant; reason: LeaveReason };

export function sameMedia(one: MediaState, other: MediaState): boolean {
  return one.audio === other.audio && one.video === other.video && one.screen === other.screen;
}
