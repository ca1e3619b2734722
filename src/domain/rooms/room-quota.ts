import type { Clock } from '../clock.ts';
import { RateLimitedError } from '../errors.ts';
import type { RoomStore } from './ports.ts';
import type { Room } from './room.ts';

/** Stores new rooms as long as their owner has fewer than `perOwner`, on all nodes of a cluster together. */
export class RoomQuota {
  readonly #rooms: RoomStore;
  readonly #clock: Clock;
  readonly #perOwner: number;
  readonly #isAlone: boolean;
  /** How many rooms each account is making right now. */
  readonly #creating = new Map<string, number>();

  constructor(parts: {
    rooms: RoomStore;
    clock: Clock;
    perOwner: number;
    /** Whether no other process makes rooms. */
    isAlone: boolean;
  }) {
    this.#rooms = parts.rooms;
    this.#clock = parts.clock;
    this.#perOwner = parts.perOwner;
    this.#isAlone = parts.isAlone;
  }

  /** @throws RateLimitedError if the owner has too many */
  async insert(room: Room): Promise<void> {
    const { id } = room.owner;
    const underWay = this.#creating.get(id) ?? 0;
    this.#creating.set(id, underWay + 1);
    try {
      await this.#checkOwned(id, underWay);
      await this.#rooms.insert(room);
      if (!this.#isAlone) await this.#checkStillFits(room);
    } finally {
      const left = (this.#creating.get(id) ?? 1) - 1;
      if (left > 0) this.#creating.set(id, left);
      else this.#creating.delete(id);
    }
  }

  /** @param underWay how many rooms are being made and may not be stored yet. @throws RateLimitedError */
  async #checkOwned(ownerId: string, underWay: number): Promise<void> {
    if ((await this.#rooms.countByOwner(ownerId)) + underWay < this.#perOwner) return;
    const { rooms } = await this.#rooms.listByOwner(ownerId, this.#perOwner, null);
    const firstEnd = Math.min(...rooms.map(({ expiresAt }) => expiresAt.getTime()));
    const waitMs = rooms.length < this.#perOwner ? 1000 : firstEnd - this.#clock.now();
    throw new RateLimitedError(waitMs, 'You own as many rooms as you may: close one first.');
  }

  /**
   * Other nodes may make rooms at the same time, so it is checked again: one too many is deleted. @throws
   * RateLimitedError
   */
  async #checkStillFits(room: Room): Promise<void> {
    if ((await this.#rooms.countByOwner(room.owner.id)) <= this.#perOwner) return;
    await this.#rooms.delete(room.id);
    throw new RateLimitedError(1000, 'You own as many rooms as you may: close one first.');
  }
}
