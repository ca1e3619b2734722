import type { Follower, Inbox, Kind, Posted, Waiter } from '../../domain/log.ts';

/** How many ids are remembered: more than anybody can send within the grace, given the burst and rate limits. */
const REMEMBERED_IDS = 4096;

/** The places of the newest things that were sent with an id. */
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

/** A follower, and what a log knows about it in addition to the state. */
export class LocalFollower<Item> {
  follower: Follower;
  /** The inbox that holds it now; null if there is none. */
  inbox: Inbox<Item> | null;
  /** The position at which it began to follow. It does not see earlier entries. */
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
    // The content of its first answer may be lost with its socket.
    this.#receivedThrough = begunAt - 1;
  }

  /** The position through which the client is known to have received everything, according to former inboxes. */
  get receivedThrough(): number {
    return this.#receivedThrough;
  }

  /** The position of the entry that was sent with this id, if any. */
  sentBefore(id: string): number | null {
    return this.#sent?.placeOf(id) ?? null;
  }

  rememberSent(id: string, position: number): void {
    this.#sent ??= new SentIds();
    this.#sent.remember(id, position);
  }

  /** The place of the entry that was posted with this id, if any. */
  postedBefore(id: string): Posted | null {
    return this.#posted?.placeOf(id) ?? null;
  }

  rememberPost(id: string, place: Posted): void {
    this.#posted ??= new SentIds();
    this.#posted.remember(id, place);
  }

  /** Detaches the inbox, and keeps the position through which it knows everything to be received. */
  dropInbox(): Inbox<Item> | null {
    const { inbox } = this;
    this.inbox = null;
    if (inbox !== null) {
      this.#receivedThrough = Math.max(this.#receivedThrough, inbox.receivedThrough);
    }
    return inbox;
  }
}

/** Who follows an aggregate, by id and by member, and who waits. */
export interface Crowd<K extends Kind> {
  readonly followers: Map<string, LocalFollower<K['Entry']>>;
  readonly ofMember: Map<string, LocalFollower<K['Entry']>>;
  readonly waiters: Map<string, { waiter: Waiter; answered: (answer: K['Answer']) => void }>;
}

export function newCrowd<K extends Kind>(): Crowd<K> {
  return { followers: new Map(), ofMember: new Map(), waiters: new Map() };
}

const NOBODY = newCrowd<Kind>();

/** The same empty one for all: nothing is added to it. */
export function nobody<K extends Kind>(): Crowd<K> {
  return NOBODY as Crowd<K>;
}
