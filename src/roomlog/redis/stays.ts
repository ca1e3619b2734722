import { RecentEnds } from '../../domain/accounts/recent-ends.ts';
import type { LeaveReason } from '../../domain/room/participant.ts';
import type { Hold } from '../../domain/signaling/ports.ts';
import { items, text } from '../../redis/replies.ts';
import type { Feed, LocalStay } from './feed.ts';
import { roomKeys } from './keys.ts';
import type { Parts } from './parts.ts';
import { scripts } from './scripts.ts';

/** A stay that was taken over from a dead node. */
interface Adopted {
  readonly id: string;
  readonly user: string;
  readonly session: string;
  readonly fence: number;
  readonly remainingMs: number;
}

/** How the stays that this node looks after end: given up by their clients, lost, or with their sessions. */
export class Stays {
  readonly #parts: Parts;
  readonly #endedLately: RecentEnds;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#endedLately = new RecentEnds(parts.clock);
  }

  async detach(hold: Hold): Promise<void> {
    const feed = this.#parts.feeds.find(hold.roomId);
    const stay = feed?.stays.get(hold.stayId);
    if (!feed || stay?.hold.fence !== hold.fence || stay.mailbox === null) return;
    const { receivedThrough } = stay.mailbox;
    const args = [hold.stayId, hold.fence, receivedThrough];
    const result = await this.#parts.retries.untilDone(() =>
      this.#parts.onRoom(scripts.detach, hold.roomId, [...args, ...this.#now()]),
    );
    if (result === 'away') {
      stay.mailbox = null;
      this.#waitFor(feed, stay, this.#parts.options.graceMs);
    } else if (result === 'outdated') {
      this.#drop(feed, stay);
    }
  }

  async release(hold: Hold, reason: LeaveReason): Promise<boolean> {
    const args = [hold.stayId, hold.fence, reason, 0];
    const result = await this.#parts.retries.untilDone(() =>
      this.#parts.onRoom(scripts.release, hold.roomId, [...args, ...this.#now()]),
    );
    return result === 'ended';
  }

  async endSession(sessionId: string, reason: LeaveReason): Promise<void> {
    this.#endedLately.add(sessionId);
    const ends: Promise<boolean>[] = [];
    for (const { stays } of this.#parts.feeds) {
      for (const { sessionId: own, hold } of stays.values()) {
        if (own === sessionId) ends.push(this.release(hold, reason));
      }
    }
    await Promise.all(ends);
  }

  /** Takes over what a dead node looked after in one room. @throws UnavailableError */
  async adopt(roomId: string, deadNodeId: string): Promise<void> {
    const { feeds, redis, nodeId, options, observed } = this.#parts;
    const feed = feeds.open(roomId);
    await feed.expecting(async () => {
      const args = [deadNodeId, nodeId, ...this.#now(), options.graceMs];
      const reply = await redis.call(scripts.adopt, roomKeys(roomId), args);
      const [list, made, epoch, position] = items(reply);
      observed(roomId, made);
      const adopted: Adopted[] = JSON.parse(text(list));
      for (const one of adopted) {
        const hold = { roomId, stayId: one.id, fence: one.fence };
        const stay: LocalStay = {
          hold,
          userId: one.user,
          sessionId: one.session,
          epoch: text(epoch),
          floor: Number(position),
          mailbox: null,
          grace: null,
          toldThrough: 0,
        };
        feed.admit(stay, Number(position));
        this.#waitFor(feed, stay, one.remainingMs);
        if (this.#endedLately.has(one.session)) void this.release(hold, 'SIGNED_OUT');
      }
    });
  }

  /** Ends a stay after the grace, unless its client comes back. */
  #waitFor(feed: Feed, stay: LocalStay, graceMs: number): void {
    const { hold } = stay;
    if (feed.stays.get(hold.stayId) !== stay) return;
    stay.grace = this.#parts.clock.after(graceMs, () => {
      const args = [hold.stayId, hold.fence, 'DISCONNECTED', 1];
      this.#parts.retries
        .untilDone(() =>
          this.#parts.onRoom(scripts.release, hold.roomId, [...args, ...this.#now()]),
        )
        .then(() => this.#drop(feed, stay));
    });
  }

  #drop(feed: Feed, stay: LocalStay): void {
    feed.drop(stay, 'end');
    feed.rest();
  }

  #now(): [now: number, tail: number] {
    return [this.#parts.clock.now(), this.#parts.options.replayEvents];
  }
}
