import { newEpoch, parseCursor } from '../../domain/cursor.ts';
import { UnavailableError } from '../../domain/errors.ts';
import { newId } from '../../domain/identifier.ts';
import type { Mailbox } from '../../domain/mailbox.ts';
import { isFor as isVisible } from '../../domain/log.ts';
import type { ChatMessage } from '../../domain/room/entry.ts';
import type { Participant } from '../../domain/room/participant.ts';
import type { Entered, Entrance } from '../../domain/signaling/ports.ts';
import { items, text, texts } from '../../redis/replies.ts';
import { readEntry, readHeading } from './entry.ts';
import type { Feed } from './feed.ts';
import { roomKeys } from './keys.ts';
import type { Parts } from './parts.ts';
import { checkRefusal } from './replies.ts';
import { scripts } from './scripts.ts';

/** What the script says of an entrance. */
interface Head {
  readonly self: Participant;
  /** Of nobody it is written as an object. */
  readonly others: readonly Participant[] | Record<string, never>;
  readonly epoch: string;
  readonly position: number;
  /** Position of the log's newest entry. */
  readonly through: number;
  readonly at: number;
  readonly fence: number;
  readonly recovered: boolean;
  readonly received: number;
}

/** Joining, resuming and taking over. */
export class Entrances {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  enter(entrance: Entrance, mailbox: Mailbox): Promise<Entered> {
    const feed = this.#parts.feeds.open(entrance.roomId);
    return feed.expecting(async () => {
      const { redis, observed } = this.#parts;
      const attempt = newId();
      const request = JSON.stringify(this.#request(feed, entrance, attempt));
      let reply: unknown;
      try {
        reply = await redis.call(scripts.enter, roomKeys(entrance.roomId), [request]);
      } catch (error) {
        if (error instanceof UnavailableError) this.#undo(entrance, attempt);
        throw error;
      }
      const [head, made, missed, history] = items(reply);
      observed(entrance.roomId, made);
      const answer: Head = JSON.parse(
        text(head).startsWith('{') ? text(head) : checkRefusal(text(head)),
      );
      return this.#entered(feed, entrance, mailbox, answer, texts(missed), texts(history));
    });
  }

  #request(feed: Feed, entrance: Entrance, attempt: string) {
    const { redis, clock, options, nodeId } = this.#parts;
    const { rules, pass, user, sessionId, clientKey, after, takeOver, media } = entrance;
    const now = clock.now();
    return {
      ...{ rules, pass, user, sessionId, clientKey, takeOver, media },
      // A cursor that is none is that of a log that never was.
      after: after === null ? null : (parseCursor(after) ?? { epoch: '', position: 0 }),
      id: newId(),
      epoch: newEpoch(now),
      now,
      deadline: redis.redisNow + 2000,
      node: nodeId,
      attempt,
      received: receivedHere(feed, user.id),
      tail: options.replayEvents,
      replayMs: options.replayMs,
      closedMs: this.#parts.closedMs,
    };
  }

  #entered(
    feed: Feed,
    { roomId, user, sessionId }: Entrance,
    mailbox: Mailbox,
    head: Head,
    missed: readonly string[],
    history: readonly string[],
  ): Entered {
    const { self, others, epoch, position, through, at, fence, recovered, received } = head;
    const hold = { roomId, stayId: self.id, fence };
    mailbox.receivedThrough = Math.max(received, recovered ? position : 0);
    const stay = { hold, userId: user.id, sessionId, epoch, floor: through, mailbox, grace: null };
    feed.admit({ ...stay, toldThrough: mailbox.receivedThrough }, through);
    const cursors = feed.cursors(epoch);
    return {
      hold,
      self,
      others: Array.isArray(others) ? others : [],
      cursor: cursors.at(position),
      position,
      at,
      recovered,
      missed: missed
        .map((message) => readEntry(message, readHeading(message, 0), cursors))
        .filter((entry) => isVisible(entry, self.id)),
      history: history.map((message) => {
        const said: Omit<ChatMessage, 'cursor'> = JSON.parse(message);
        return { ...said, cursor: cursors.at(said.position) };
      }),
    };
  }

  /** Whoever was not answered may be in all the same, and nobody would ever let go of that stay. */
  #undo({ roomId, user }: Entrance, attempt: string): void {
    const { retries, onRoom, clock, options } = this.#parts;
    void retries.untilDone(() =>
      onRoom(scripts.detach, roomId, [
        `@${user.id}`,
        attempt,
        -1,
        clock.now(),
        options.replayEvents,
      ]),
    );
  }
}

/** What this node knows a user to have received that comes back to it. */
function receivedHere(feed: Feed, userId: string): number {
  for (const { userId: own, mailbox } of feed.stays.values()) {
    if (own === userId && mailbox !== null) return mailbox.receivedThrough;
  }
  return -1;
}
