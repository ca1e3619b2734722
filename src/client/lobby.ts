import type { Knock } from './call-events.ts';
import type { RoomEvent } from './room-link-events.ts';

/** Those who wait to be let in, as the host is told of them. */
export class Lobby {
  #knocks: readonly Knock[] = [];

  get knocks(): readonly Knock[] {
    return this.#knocks;
  }

  /** Returns the new knock, if this event tells of one. */
  receive(event: RoomEvent): Knock | null {
    switch (event.__typename) {
      case 'RoomSnapshot':
        // The server tells again of everybody who still waits.
        if (!event.recovered) this.#knocks = [];
        return null;
      case 'KnockEnded':
        this.#knocks = this.#knocks.filter(({ knockId }) => knockId !== event.knockId);
        return null;
      case 'KnockReceived': {
        const { knockId, user } = event;
        const knock = { knockId, user };
        if (this.#knocks.some((known) => known.knockId === knockId)) {
          // Told again: the person may have another name now.
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
