import { PeerqlError } from './errors.ts';
import type { RoomLink } from './room-link.ts';

/** The user's hand. It stays as it was set last, also in a new stay that replaces one that the server has lost. */
export class Hand {
  readonly #send: (raised: boolean) => Promise<void>;
  #wanted = false;
  #accepted = false;

  /** @param send tells the server, one change after the other in the order of the calls */
  constructor(link: Pick<RoomLink, 'on'>, send: (raised: boolean) => Promise<void>) {
    this.#send = send;
    link.on('event', (event) => {
      if (event.__typename !== 'RoomSnapshot' || event.self.handRaised || !this.#wanted) return;
      // If the server refuses it, the hand is down, and shown so.
      this.set(true).catch(() => {});
    });
  }

  /** Raises or lowers it. Resolves when the server has accepted it; rejects when it never will. */
  async set(raised: boolean): Promise<void> {
    this.#wanted = raised;
    try {
      await this.#sendInAnyStay(raised);
      this.#accepted = raised;
    } catch (error) {
      if (this.#wanted === raised) this.#wanted = this.#accepted;
      throw error;
    }
  }

  /** It can be sent twice. So if the stay ended before the answer came, it is sent in the new one. */
  async #sendInAnyStay(raised: boolean): Promise<void> {
    try {
      await this.#send(raised);
    } catch (error) {
      if (!(error instanceof PeerqlError) || error.code !== 'NOT_IN_ROOM') throw error;
      await this.#send(raised);
    }
  }
}
