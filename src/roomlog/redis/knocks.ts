import { UnavailableError } from '../../domain/errors.ts';
import { newId } from '../../domain/identifier.ts';
import type { Entrance, Knock, KnockAnswer, Waiter } from '../../domain/signaling/ports.ts';
import type { LocalWaiter } from './feed.ts';
import type { Parts } from './parts.ts';
import { checkRefusal } from './replies.ts';
import { scripts } from './scripts.ts';

/** How a knock is answered at once. */
const ANSWERS: Readonly<Record<string, KnockAnswer>> = {
  admitted: 'admitted',
  denied: 'denied',
  closed: 'closed',
};

/** Waiting before rooms. Each knock is noted in Redis; whom it lets in is known to the node where somebody waits. */
export class Knocks {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async knock(entrance: Entrance, waiter: Waiter): Promise<Knock> {
    const { roomId, user } = entrance;
    const knock = { roomId, knockId: newId(), userId: user.id };
    await this.#register({ knock, entrance, waiter });
    return knock;
  }

  /** Knocks once more for one whose knock was forgotten. */
  again(waiter: LocalWaiter): void {
    void this.#parts.retries.untilDone(() => this.#register(waiter)).catch(() => {});
  }

  async withdraw(knock: Knock): Promise<void> {
    const { roomId, knockId } = knock;
    const feed = this.#parts.feeds.find(roomId);
    if (!feed?.waiters.has(knockId)) return;
    feed.endKnock(knockId, null);
    feed.rest();
    await this.#forget(knock);
  }

  async endSession(sessionId: string): Promise<void> {
    const ends: Promise<void>[] = [];
    for (const { waiters } of this.#parts.feeds) {
      for (const { knock, entrance } of waiters.values()) {
        if (entrance.sessionId === sessionId) ends.push(this.withdraw(knock));
      }
    }
    await Promise.all(ends);
  }

  async #forget({ roomId, knockId }: Knock): Promise<void> {
    const { retries, onRoom, clock, options } = this.#parts;
    const args = ['', knockId, '', clock.now(), options.replayEvents];
    await retries.untilDone(() => onRoom(scripts.endKnock, roomId, args));
  }

  async #register(waiting: LocalWaiter): Promise<void> {
    const { feeds, nodeId, options, clock, onRoom } = this.#parts;
    const { knock, entrance } = waiting;
    const { roomId, knockId } = knock;
    const feed = feeds.open(roomId);
    await feed.expecting(async () => {
      feed.waiters.set(knockId, waiting);
      const request = {
        id: knockId,
        user: entrance.user,
        rules: entrance.rules,
        node: nodeId,
        now: clock.now(),
        tail: options.replayEvents,
        lobby: options.lobbyKnocks,
        closedMs: this.#parts.closedMs,
      };
      try {
        const result = await onRoom(scripts.knock, roomId, [JSON.stringify(request)]);
        const answer = ANSWERS[result];
        if (answer !== undefined) feed.endKnock(knockId, answer);
        else checkRefusal(result);
      } catch (error) {
        feed.waiters.delete(knockId);
        // Whoever was not answered may be waiting all the same.
        if (error instanceof UnavailableError) void this.#forget(knock);
        throw error;
      }
    });
  }
}
