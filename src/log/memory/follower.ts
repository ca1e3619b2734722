import type { Follower, Inbox } from '../../domain/log.ts';

/** More than anybody can send within the grace by its burst and rate. */
const REMEMBERED_IDS = 4096;

/** Where in the log the things stand that were sent with an id, the newest of them. */
class SentIds {
  readonly #positions = new Map<string, number>();

  positionOf(id: string): number | null {
    return this.#positions.get(id) ?? null;
  }

  remember(id: string, position: number): void {
    this.#positions.set(id, position);
    if (this.#positions.size <= REMEMBERED_IDS) return;
    for (const oldest of this.#positions.keys()) {
      this.#positions.delete(oldest);
      break;
    }
  }
}

/** A follower, with what a log knows of it beside the state. */
export class LocalFollower<Item> {
  follower: Follower;
  /** The one that holds it now; null while nothing does. */
  inbox: Inbox<Item> | null;
  /** Position from which on it follows: what came before is not its to see. */
  readonly begunAt: number;
  /** Position of the newest entry that is for it. */
  visibleThrough: number;
  #receivedThrough: number;
  #signals: SentIds | null = null;
  #posts: SentIds | null = null;

  constructor(follower: Follower, inbox: Inbox<Item>, begunAt: number) {
    this.follower = follower;
    this.inbox = inbox;
    this.begunAt = begunAt;
    this.visibleThrough = begunAt;
    this.#receivedThrough = begunAt;
  }

  /** Through which position its client is known to have received everything, by former inboxes. */
  get receivedThrough(): number {
    return this.#receivedThrough;
  }

  /** Position of what was sent or posted with this id, if anything was. */
  sentBefore(id: string, how: 'signal' | 'post'): number | null {
    return (how === 'signal' ? this.#signals : this.#posts)?.positionOf(id) ?? null;
  }

  remember(id: string, how: 'signal' | 'post', position: number): void {
    if (how === 'signal') {
      this.#signals ??= new SentIds();
      this.#signals.remember(id, position);
    } else {
      this.#posts ??= new SentIds();
      this.#posts.remember(id, position);
    }
  }

  /** Takes the inbox off; what it knows to be received is kept. */
  dropInbox(): Inbox<Item> | null {
    const { inbox } = this;
    this.inbox = null;
    if (inbox !== null) {
      this.#receivedThrough = Math.max(this.#receivedThrough, inbox.receivedThrough);
    }
    return inbox;
  }
}
