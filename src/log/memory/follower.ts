import type { Follower, Inbox, Posted } from '../../domain/log.ts';

/** More than anybody can send within the grace by its burst and rate. */
const REMEMBERED_IDS = 4096;

/** What was sent with an id, the newest of it. */
class SentIds<Place> {
  readonly #places = new Map<string, Place>();

  placeOf(id: string): Place | null {
    return this.#places.get(id) ?? null;
  }

  remember(id: string, place: Place): void {
    this.#places.set(id, place);
    if (this.#places.size <= REMEMBERED_IDS) return;
    for (const oldest of this.#places.keys()) {
      this.#places.delete(oldest);
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
  #sent: SentIds<number> | null = null;
  #posted: SentIds<Posted> | null = null;

  constructor(follower: Follower, inbox: Inbox<Item>, begunAt: number) {
    this.follower = follower;
    this.inbox = inbox;
    this.begunAt = begunAt;
    this.visibleThrough = begunAt;
    // What it begins with may be lost with its socket.
    this.#receivedThrough = begunAt - 1;
  }

  /** Through which position its client is known to have received everything, by former inboxes. */
  get receivedThrough(): number {
    return this.#receivedThrough;
  }

  /** Position of what was sent with this id, if anything was. */
  sentBefore(id: string): number | null {
    return this.#sent?.placeOf(id) ?? null;
  }

  rememberSent(id: string, position: number): void {
    this.#sent ??= new SentIds();
    this.#sent.remember(id, position);
  }

  /** Place of what was posted with this id, if anything was. */
  postedBefore(id: string): Posted | null {
    return this.#posted?.placeOf(id) ?? null;
  }

  rememberPost(id: string, place: Posted): void {
    this.#posted ??= new SentIds();
    this.#posted.remember(id, place);
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
