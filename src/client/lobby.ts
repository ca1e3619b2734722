import type { Knock } from './call-events.ts';
import type { RoomEvent } from './room-link-events.ts';

/** Who waits before the room, as its host is told. */
export class Lobby {
  #knocks: readonly Knock[] = [];

  get knocks(): readonly Knock[] {
    return this.#knocks;
  }

  /** Answers who has come, if this event tells of somebody new. */
  receive(event: RoomEvent): Knock | null {
    switch (event.__typename) {
      case 'RoomSnapshot':
        // Whoever still waits is told again.
        if (!event.recovered) this.#knocks = [];
        return null;
      case 'KnockEnded':
        this.#knocks = this.#knocks.filter(({ knockId }) => knockId !== event.knockId);
        return null;
      case 'KnockReceived': {
        const { knockId, user } = event;
        const knock = { knockId, user };
        if (this.#knocks.some((known) => known.knockId === knockId)) {
          // Told again: it may have taken another name.
          this.#knocks = this.#knocks.map((known) => (known.knockId === knockId ? knock : known));
          return null;
        }
        this.#knocks = [...this.#knocks, knock];
        return knock;
      }
      default:
        return null;
    }
  }

  /** Somebody else is host now. */
  clear(): void {
    this.#knocks = [];
  }
}
