import type { User } from '../domain/accounts/account.ts';
import type { Clock, Timer } from '../domain/clock.ts';
import { NotInRoomError, PeerNotInRoomError } from '../domain/errors.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import type { RoomClosedReason, Signal } from '../domain/room/entry.ts';
import type { LeaveReason, MediaState, Participant } from '../domain/room/participant.ts';
import { type Room, visible } from '../domain/rooms/room.ts';
import type { RoomEvent } from '../domain/signaling/event.ts';
import {
  type Entered,
  type Entrance,
  type Hold,
  type Knock,
  type RoomActivity,
  type RoomLog,
  type RoomLogOptions,
  rulesOf,
  type Waiter,
} from '../domain/signaling/ports.ts';
import { Door } from './door.ts';
import { enterRoom } from './entering.ts';
import {
  answerByRules,
  answerKnock,
  endKnock,
  knockAt,
  removeFrom,
  requestMute,
} from './hosting.ts';
import { MemoryRoom } from './memory-room.ts';
import { sendMessage, sendSignal } from './speaking.ts';

/** How often the tails of quiet rooms are looked through, in milliseconds. */
const TRIM_INTERVAL_MS = 30_000;
/** How long bans and changed rules outlive the stays in a room: the store knows them by then. In milliseconds. */
const REMEMBERED_MS = 60_000;

/** The room log of a single process. It answers everything at once, without promises, and forgets with the process. */
export class MemoryRoomLog implements RoomLog {
  readonly #rooms = new Map<string, MemoryRoom>();
  readonly #doors = new Map<string, Door>();
  readonly #forgetting = new Map<string, Timer>();
  readonly #listeners: ((activity: RoomActivity) => void)[] = [];
  readonly #options: RoomLogOptions;
  readonly #clock: Clock;
  #trimming: Timer | null = null;

  constructor(options: RoomLogOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#trimLater();
  }

  enter(entrance: Entrance, mailbox: Mailbox<RoomEvent>): Entered {
    const { roomId } = entrance;
    const room = this.#rooms.get(roomId) ?? this.#open(roomId);
    try {
      return enterRoom(room, entrance, mailbox, this.#options);
    } finally {
      this.#letGo(roomId);
    }
  }

  detach(hold: Hold): void {
    this.#rooms.get(hold.roomId)?.detach(hold);
  }

  release(hold: Hold, reason: LeaveReason): boolean {
    return this.#rooms.get(hold.roomId)?.release(hold, reason) ?? false;
  }

  leave(roomId: string, userId: string, reason: LeaveReason): Participant {
    return this.#require(roomId).leave(userId, reason);
  }

  endSession(sessionId: string, reason: LeaveReason): void {
    for (const room of [...this.#rooms.values()]) room.endSession(sessionId, reason);
    for (const [roomId, door] of [...this.#doors]) {
      for (const waiting of door.waiting()) {
        if (waiting.entrance.sessionId === sessionId) this.#end(roomId, door, waiting.knock);
      }
    }
  }

  send(
    roomId: string,
    userId: string,
    to: string,
    signal: Signal,
    signalId: string | null,
  ): string {
    return sendSignal(this.#require(roomId), userId, to, signal, signalId);
  }

  setMedia(roomId: string, userId: string, media: Partial<MediaState>): Participant {
    return this.#require(roomId).setMedia(userId, media);
  }

  raiseHand(roomId: string, userId: string, raised: boolean): Participant {
    return this.#require(roomId).raiseHand(userId, raised);
  }

  sendMessage(
    roomId: string,
    userId: string,
    to: string | null,
    text: string,
    messageId: string | null,
  ): string {
    return sendMessage(this.#require(roomId), userId, to, text, messageId);
  }

  rename(user: User): void {
    for (const room of this.#rooms.values()) room.rename(user);
  }

  remove(
    roomId: string,
    byUserId: string | null,
    participantId: string,
    ban: boolean,
  ): Participant {
    const room = this.#rooms.get(roomId);
    // Whoever runs the server is in no room: there it is the other one who is missing.
    if (room === undefined)
      throw byUserId === null ? new PeerNotInRoomError() : new NotInRoomError();
    return removeFrom(room, byUserId, participantId, ban);
  }

  requestMute(roomId: string, byUserId: string, participantId: string): void {
    requestMute(this.#require(roomId), byUserId, participantId);
  }

  update(room: Room): void {
    const door = this.#door(room.id);
    const inside = this.#rooms.get(room.id) ?? null;
    if (door.update(rulesOf(room))) {
      inside?.changeSettings(visible(room));
      answerByRules(door, inside);
    }
    this.#letGo(room.id);
  }

  knock(entrance: Entrance, waiter: Waiter): Knock {
    const { roomId } = entrance;
    const room = this.#rooms.get(roomId) ?? null;
    try {
      return knockAt(this.#door(roomId), room, entrance, waiter);
    } finally {
      this.#letGo(roomId);
    }
  }

  answerKnock(roomId: string, byUserId: string, knockId: string, admitted: boolean): void {
    answerKnock(this.#require(roomId), byUserId, knockId, admitted);
  }

  withdraw(knock: Knock): void {
    const door = this.#doors.get(knock.roomId);
    if (door !== undefined) this.#end(knock.roomId, door, knock);
  }

  participants(roomId: string): readonly Participant[] {
    return this.#rooms.get(roomId)?.participants() ?? [];
  }

  closeRoom(roomId: string, reason: RoomClosedReason): void {
    this.#rooms.get(roomId)?.close(reason);
    const door = this.#doors.get(roomId);
    for (const waiting of door?.waiting() ?? []) door?.end(waiting, 'closed');
    this.#letGo(roomId);
  }

  observe(listener: (activity: RoomActivity) => void): void {
    this.#listeners.push(listener);
  }

  occupied(): readonly string[] {
    const waitedFor = [...this.#doors].filter(([, door]) => door.hasWaiting);
    return [...new Set([...this.#rooms.keys(), ...waitedFor.map(([roomId]) => roomId)])];
  }

  close(): void {
    this.#trimming?.cancel();
    for (const timer of this.#forgetting.values()) timer.cancel();
    for (const room of this.#rooms.values()) room.dispose();
    this.#rooms.clear();
    this.#doors.clear();
  }

  #trimLater(): void {
    this.#trimming = this.#clock.after(TRIM_INTERVAL_MS, () => {
      for (const room of this.#rooms.values()) room.journal.trim();
      this.#trimLater();
    });
  }

  #require(roomId: string): MemoryRoom {
    const room = this.#rooms.get(roomId);
    if (room === undefined) throw new NotInRoomError();
    return room;
  }

  #open(roomId: string): MemoryRoom {
    const room = new MemoryRoom({
      roomId,
      door: this.#door(roomId),
      options: this.#options,
      clock: this.#clock,
      onEmpty: () => this.#letGo(roomId),
      onActivity: (activity) => {
        for (const listener of this.#listeners) listener(activity);
      },
    });
    this.#rooms.set(roomId, room);
    return room;
  }

  #door(roomId: string): Door {
    let door = this.#doors.get(roomId);
    if (door === undefined) {
      door = new Door(this.#options.lobbyKnocks);
      this.#doors.set(roomId, door);
    }
    return door;
  }

  #end(roomId: string, door: Door, { knockId }: Knock): void {
    const waiting = door.find(knockId);
    if (waiting !== null) endKnock(door, this.#rooms.get(roomId) ?? null, waiting, null);
    this.#letGo(roomId);
  }

  /** Lets go of a room that nobody is in, and of what was known of it as soon as nobody needs that. */
  #letGo(roomId: string): void {
    if (this.#rooms.get(roomId)?.isEmpty === false) return;
    this.#rooms.delete(roomId);
    const door = this.#doors.get(roomId);
    if (door === undefined || door.hasWaiting) return;
    if (!door.isMemorable) this.#doors.delete(roomId);
    else if (!this.#forgetting.has(roomId)) this.#forgetLater(roomId, door);
  }

  #forgetLater(roomId: string, door: Door): void {
    const timer = this.#clock.after(REMEMBERED_MS, () => {
      this.#forgetting.delete(roomId);
      if (!this.#rooms.has(roomId) && !door.hasWaiting) this.#doors.delete(roomId);
    });
    this.#forgetting.set(roomId, timer);
  }
}
