import type { Clock, Timer } from '../domain/clock.ts';
import { NotInRoomError } from '../domain/errors.ts';
import type { RoomClosedReason, Signal } from '../domain/signaling/event.ts';
import type { Mailbox } from '../domain/signaling/mailbox.ts';
import type { LeaveReason, MediaState, Participant } from '../domain/signaling/participant.ts';
import type {
  Entered,
  Entrance,
  Hold,
  RoomLog,
  RoomLogOptions,
} from '../domain/signaling/ports.ts';
import { MemoryRoom } from './memory-room.ts';

/** How often the tails of quiet rooms are looked through, in milliseconds. */
const TRIM_INTERVAL_MS = 30_000;

/** The room log of a single process. It answers everything at once, without promises, and forgets with the process. */
export class MemoryRoomLog implements RoomLog {
  readonly #rooms = new Map<string, MemoryRoom>();
  readonly #options: RoomLogOptions;
  readonly #clock: Clock;
  #trimming: Timer | null = null;

  constructor(options: RoomLogOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#trimLater();
  }

  enter(entrance: Entrance, mailbox: Mailbox): Entered {
    const { roomId } = entrance;
    let room = this.#rooms.get(roomId);
    if (room === undefined) {
      room = new MemoryRoom(this.#options, this.#clock, () => this.#rooms.delete(roomId));
      this.#rooms.set(roomId, room);
    }
    try {
      return room.enter(entrance, mailbox);
    } finally {
      if (room.isEmpty) this.#rooms.delete(roomId);
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
  }

  send(
    roomId: string,
    userId: string,
    to: string,
    signal: Signal,
    signalId: string | null,
  ): string {
    return this.#require(roomId).send(userId, to, signal, signalId);
  }

  setMedia(roomId: string, userId: string, media: Partial<MediaState>): Participant {
    return this.#require(roomId).setMedia(userId, media);
  }

  participants(roomId: string): readonly Participant[] {
    return this.#rooms.get(roomId)?.participants() ?? [];
  }

  closeRoom(roomId: string, reason: RoomClosedReason): void {
    this.#rooms.get(roomId)?.close(reason);
  }

  occupied(): readonly string[] {
    return [...this.#rooms.keys()];
  }

  close(): void {
    this.#trimming?.cancel();
    for (const room of this.#rooms.values()) room.dispose();
    this.#rooms.clear();
  }

  #trimLater(): void {
    this.#trimming = this.#clock.after(TRIM_INTERVAL_MS, () => {
      for (const room of this.#rooms.values()) room.trim();
      this.#trimLater();
    });
  }

  #require(roomId: string): MemoryRoom {
    const room = this.#rooms.get(roomId);
    if (room === undefined) throw new NotInRoomError();
    return room;
  }
}
