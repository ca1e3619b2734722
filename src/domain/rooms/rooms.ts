import { z } from 'zod';
import type { Caller } from '../accounts/sessions.ts';
import type { Clock } from '../clock.ts';
import { InvalidInputError, NotHostError, RateLimitedError, RoomNotFoundError } from '../errors.ts';
import { newId } from '../identifier.ts';
import { parseInput } from '../input.ts';
import type { Throttle } from '../throttle.ts';
import type { RoomPage, RoomStore } from './ports.ts';
import type { Room } from './room.ts';

export const ROOM_NAME_MAX_LENGTH = 100;
/** The largest page of rooms. */
export const ROOMS_PAGE_MAX = 100;
const ROOM_ID = /^[0-9a-f]{16}$/;
const PAGE_CURSOR = /^(\d{1,15})-([0-9a-f]{16})$/;

export interface RoomLimits {
  /** Participants of a room whose maker names no number. */
  readonly defaultCapacity: number;
  readonly maxCapacity: number;
  /** How long a room stays after its last use, in milliseconds. */
  readonly ttlMs: number;
}

/** Makes, finds, keeps and closes rooms. */
export class Rooms {
  readonly #rooms: RoomStore;
  readonly #unknown: Throttle;
  readonly #clock: Clock;
  readonly #limits: RoomLimits;
  readonly #creation;

  constructor(parts: {
    rooms: RoomStore;
    /** Counts who asks for rooms that do not exist. */
    unknown: Throttle;
    clock: Clock;
    limits: RoomLimits;
  }) {
    this.#rooms = parts.rooms;
    this.#unknown = parts.unknown;
    this.#clock = parts.clock;
    this.#limits = parts.limits;
    const { maxCapacity, defaultCapacity } = parts.limits;
    this.#creation = z.object({
      name: z
        .string()
        .transform((name) => name.normalize('NFC').trim())
        .pipe(
          z
            .string()
            .min(1, 'must not be empty')
            .max(ROOM_NAME_MAX_LENGTH, `must have at most ${ROOM_NAME_MAX_LENGTH} characters`)
            .refine(
              (name) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name),
              'must not contain control characters',
            ),
        )
        .nullish(),
      capacity: z
        .int()
        .min(2, 'must be at least 2')
        .max(maxCapacity, `must be at most ${maxCapacity}`)
        .default(defaultCapacity),
    });
  }

  /** Makes a room whose host is the caller. @throws InvalidInputError */
  async create(
    caller: Caller,
    input: { name?: string | null | undefined; capacity?: number | null | undefined },
  ): Promise<Room> {
    const { name, capacity } = parseInput(this.#creation, {
      name: input.name,
      capacity: input.capacity ?? undefined,
    });
    const now = this.#clock.now();
    const room: Room = {
      id: newId(),
      name: name ?? null,
      host: { id: caller.accountId, name: caller.name },
      capacity,
      createdAt: new Date(now),
      expiresAt: new Date(now + this.#limits.ttlMs),
    };
    await this.#rooms.insert(room);
    return room;
  }

  /**
   * As {@link Rooms.find}, for somebody who only says that there is such a room. Who is often wrong is guessing, and
   * has to wait.
   *
   * @throws RateLimitedError
   */
  async lookUp(caller: Caller, id: string): Promise<Room | null> {
    const waitMs = await this.#unknown.wait(caller.accountId);
    if (waitMs > 0) throw new RateLimitedError(waitMs, 'Too many unknown rooms; try again later.');
    const room = await this.find(id);
    if (room === null) await this.#unknown.take(caller.accountId);
    return room;
  }

  /** Resolves to null when there is none, or it has ended. What cannot be an id is not looked up. */
  async find(id: string): Promise<Room | null> {
    return ROOM_ID.test(id) ? this.#rooms.find(id) : null;
  }

  /**
   * The rooms that the caller hosts, newest first.
   *
   * @param after the {@link pageCursor} of the last room of the page before
   * @throws InvalidInputError
   */
  async listHosted(caller: Caller, first: number, after: string | null): Promise<RoomPage> {
    if (!Number.isInteger(first) || first < 1 || first > ROOMS_PAGE_MAX) {
      throw new InvalidInputError([
        { path: 'first', message: `must be from 1 to ${ROOMS_PAGE_MAX}` },
      ]);
    }
    return this.#rooms.listByHost(
      caller.accountId,
      first,
      after === null ? null : readCursor(after),
    );
  }

  /** Notes that the room is in use: its end moves on. Written at most once in a twentieth of its life. */
  async keep(room: Room): Promise<void> {
    const expiresAt = this.#clock.now() + this.#limits.ttlMs;
    if (expiresAt - room.expiresAt.getTime() < this.#limits.ttlMs / 20) return;
    await this.#rooms.extend(room.id, new Date(expiresAt));
  }

  /** Ends a room for good. @throws RoomNotFoundError, NotHostError, RateLimitedError */
  async close(caller: Caller, id: string): Promise<Room> {
    const room = await this.lookUp(caller, id);
    if (room === null) throw new RoomNotFoundError();
    if (room.host.id !== caller.accountId) throw new NotHostError();
    if (!(await this.#rooms.delete(id))) throw new RoomNotFoundError();
    return room;
  }

  /** Ends the rooms of a host one by one, and yields each. */
  async *takeHosted(hostId: string): AsyncGenerator<Room, void> {
    for (;;) {
      const { rooms } = await this.#rooms.listByHost(hostId, ROOMS_PAGE_MAX, null);
      if (rooms.length === 0) return;
      for (const room of rooms) {
        await this.#rooms.delete(room.id);
        yield room;
      }
    }
  }

  /** Deletes the rooms that nobody used; resolves to how many. */
  sweep(): Promise<number> {
    return this.#rooms.deleteExpired();
  }
}

/** Names a room's place in {@link Rooms.listHosted}; opaque to clients. */
export function pageCursor(room: Room): string {
  return Buffer.from(`${room.createdAt.getTime()}-${room.id}`).toString('base64url');
}

function readCursor(cursor: string): { createdAt: Date; id: string } {
  const [, time, id] = PAGE_CURSOR.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (time === undefined || id === undefined) {
    throw new InvalidInputError([{ path: 'after', message: 'is not a cursor of this connection' }]);
  }
  return { createdAt: new Date(Number(time)), id };
}
