import type { Eventual } from './eventual.ts';

/** A place in a log. */
export interface Placed {
  /** The place as an opaque text, see cursor.ts. */
  readonly cursor: string;
  /** Grows by one with each entry of a log. */
  readonly position: number;
  /** Milliseconds since the Unix epoch, by the store's clock; never less than that of an entry before. */
  readonly at: number;
}

/** The place and time of an entry. */
export type Posted = Pick<Placed, 'cursor' | 'at'>;
/** An entry of a log: for all followers except one, or for one follower only. */
export type Entry = Placed &
  (
    | { readonly to: null; readonly except: string | null }
    | { readonly to: string; readonly from: string | null }
  );

/** Receives the entries of one follower: the part of a {@link Mailbox} that a log needs. */
export interface Inbox<Event> {
  /** Position through which everything is known to be received. */
  receivedThrough: number;
  push(entry: Event): void;
  /** Ends after what was pushed. */
  end(): void;
  /** Entries cannot be delivered any more: the client has to resume. */
  abandon(): void;
}

/** The types of one kind of aggregate. */
export interface Kind {
  /** Small, and JSON: it must be equal after JSON.stringify and JSON.parse (no dates, no undefined). */
  State: object;
  /** The content of an entry, without its place. */
  Body: object;
  /** What a follower receives: a body with its place. */
  Entry: Entry;
  /** The form in which an entry is kept for later followers. */
  Kept: object;
  /** What observers are told. */
  Fact: object;
  /** The answer to a waiter. */
  Answer: string;
  /** What nodes tell each other outside the logs; JSON. */
  News: object;
}

/** One stay of one member that follows a log. It is part of the state, survives its sockets, and ends once. */
export interface Follower {
  readonly id: string;
  /** The member. A member has at most one follower in a log. */
  readonly member: string;
  /** The session with which it entered last. */
  readonly session: string;
  /** The node that holds it, or that waits for its client to come back. */
  readonly node: string;
  /** Grows with each hold and each node that takes over, as `nextFence` says. An older hold has no effect. */
  readonly fence: number;
}

/** Somebody who waits for an answer and does not follow yet. */
export interface Waiter {
  readonly id: string;
  readonly member: string;
  readonly session: string;
  /** The node where it waits. */
  readonly node: string;
}

/** Says that one mailbox holds one follower. */
export interface Hold extends Pick<Follower, 'id' | 'fence'> {
  readonly key: string;
}

/** The steps of a decision, in order. A change of followers affects the steps after it. */
export type Step<K extends Kind> =
  /** Appends an entry for all followers of now but `except`. With `kept` it is also kept for later followers. */
  | {
      readonly type: 'tell';
      readonly body: K['Body'];
      readonly except: string | null;
      readonly kept: boolean;
    }
  /** Appends an entry for one follower. */
  | {
      readonly type: 'notify';
      readonly to: string;
      readonly from: string | null;
      readonly body: K['Body'];
    }
  /** A new follower, held by the caller's mailbox. It does not get earlier entries. */
  | { readonly type: 'begin'; readonly follower: Follower }
  /**
   * The caller's mailbox takes the hold on an existing follower, on whatever node it was; the former mailbox ends. The
   * answer has the current place; later entries come through the mailbox.
   */
  | {
      readonly type: 'hold';
      readonly follower: Follower;
      /** When its connection was lost; null if the loss was not noticed. */
      readonly lostAt: number | null;
    }
  /** Nobody holds a follower now; `follower.node` waits for it. Its mailbox ends here, and at another node is abandoned. */
  | { readonly type: 'letGo'; readonly follower: Follower }
  /** A follower ends: its mailbox ends after what it was told so far. */
  | { readonly type: 'end'; readonly id: string }
  /** A waiter is added. */
  | { readonly type: 'await'; readonly waiter: Waiter }
  /** Answers a waiter; with null the wait ends without an answer. */
  | { readonly type: 'answer'; readonly waiter: Waiter; readonly answer: K['Answer'] | null }
  /** Tells the observers, at the place of the newest entry. */
  | { readonly type: 'note'; readonly fact: K['Fact'] };

/** A decision. It is stored as a whole, at one place in the log, or not at all. */
export interface Decision<K extends Kind, Reply> {
  /** The new state: the same object if nothing changes, null if there is nothing to keep. */
  readonly state: K['State'] | null;
  readonly steps: readonly Step<K>[];
  readonly reply: Reply;
}

export interface Context {
  /** The store's time in milliseconds since the Unix epoch: not before that of the newest entry. */
  readonly now: number;
  /** How far it is ahead of the clock that all aggregates share, after that was set. In milliseconds, or negative. */
  readonly aheadMs: number;
  /** The node that asks. */
  readonly node: string;
}

/**
 * Decides only from the state; null: the aggregate does not exist yet. Pure, because a log may call it several times
 * for one request; so ids are made before. It refuses by throwing a `DomainError`, and then nothing changes.
 */
export type Decide<K extends Kind, Reply> = (
  state: K['State'] | null,
  context: Context,
) => Decision<K, Reply>;

/** The rules of one kind of aggregate, as far as a log has to know them. All of it is pure. */
export interface Aggregate<K extends Kind> {
  /** The prefix of the names under which it is stored. */
  readonly name: string;
  /** Who follows, according to the state. */
  followers(state: K['State']): readonly Follower[];
  /** Who waits, according to the state. */
  waiters(state: K['State']): readonly Waiter[];
  /** When {@link Aggregate.wake} has something to do, in milliseconds since the Unix epoch; null for never. */
  dueAt(state: K['State']): number | null;
  /** Does what is due at this time. It changes nothing if nothing is due. */
  readonly wake: Decide<K, void>;
  /** A node has died. Releases everything that it held; the asking node waits for those clients from now on. */
  nodeLost(node: string): Decide<K, void>;
  /** The connection of a hold of the asking node is lost. An outdated hold, or one of another node, changes nothing. */
  letGo(id: string, fence: number): Decide<K, void>;
  /** A waiter has gone. It changes nothing if it does not wait any more. */
  withdraw(waiterId: string): Decide<K, void>;
  /** Makes an entry from a body. Frequent ones list their fields: an object spread costs more than all the rest. */
  place(
    body: K['Body'],
    cursor: string,
    position: number,
    at: number,
    to: string | null,
    /** The sender, if the entry is for one follower; who is not told, if it is for all. */
    who: string | null,
  ): K['Entry'];
  /** About how many bytes an entry takes. */
  weigh(entry: K['Entry']): number;
  /** The form of an entry for those who begin to follow later. */
  kept(entry: K['Entry']): K['Kept'];
  /** A body as text, for a store; {@link Aggregate.read} gives it back. */
  write(body: K['Body']): string;
  read(text: string): K['Body'];
  /** The error for a sender who does not follow the log. */
  notFollowing(): Error;
  /** The error for an addressee who does not follow, or is the sender. */
  noAddressee(): Error;
}

/** The answer to `follow`. */
export interface Followed<K extends Kind, Reply> extends Placed {
  readonly reply: Reply;
  readonly hold: Hold;
  /** Whether it continues without a gap; `missed` then has all entries between the client's cursor and this place. */
  readonly recovered: boolean;
  readonly missed: readonly K['Entry'][];
  /** What is kept up to the place, oldest first; empty if recovered and known to have received it. */
  readonly history: readonly K['Kept'][];
}

/** All followers of a member, or of a session. */
export type Who = { readonly member: string } | { readonly session: string };

/**
 * Ordered logs of aggregates, each with a bounded tail and its followers.
 *
 * - **One decision at a time.** Decisions on one aggregate take effect one after the other, each at one place or not at
 *   all. Calls that one caller makes one after the other take effect in that order, even if their answers are promises.
 *   If several nodes decide at once, a decision is committed only on the state from which it was made. Otherwise it is
 *   made again; after a limited number of attempts the call fails with `UnavailableError`.
 * - **Order.** The entries of a log have one order, the same for every follower; positions grow by one.
 * - **No gap.** An inbox given to `follow` gets every entry that is for its follower and comes after the answer's
 *   place. No entry is delivered before its whole decision is stored.
 * - **A log lasts while anybody follows.** After the decision with which the last follower ends, the tail and what was
 *   kept are gone, and the next follower begins a log with a new epoch. The state may stay.
 * - **Once.** A request that is repeated because its answer was lost takes effect once and gets the same answer. The
 *   ids of `send` and `post` are kept for each follower, the newest 4096 of each; the two are independent.
 * - **Time.** `wake` runs when it is due, whichever node fails meanwhile. Time never goes back in a log.
 * - **Bounds.** The tail holds at most so many entries, bytes and milliseconds; an entry that falls out is still
 *   delivered to followers that are held, but a client that would need it to resume is not recovered.
 * - **Failure.** A call whose decision was not stored rejects with `UnavailableError`; it never reports success. `owe`
 *   and `oweFor` do not reject: a decision that cannot be stored now is tried again until it is stored.
 */
export interface Log<K extends Kind> {
  /** @throws what `decide` throws, UnavailableError */
  run<Reply>(key: string, decide: Decide<K, Reply>): Eventual<Reply>;
  /** As `run`, for a decision that must happen, even if late. */
  owe<Reply>(key: string, decide: Decide<K, Reply>): Eventual<Reply>;
  /** As `owe`, on every aggregate in which they follow or wait at this node. */
  oweFor(who: Who, decide: Decide<K, unknown>): Eventual<void>;
  /**
   * Follows a log by a decision that has a `begin` or a `hold` step. Registers the inbox; the caller opens it. If the
   * answer is lost, the hold is released as soon as possible.
   *
   * @param after the last cursor that the client has; null: the log uses the position it knows to be received
   * @throws what `decide` throws, UnavailableError
   */
  follow<Reply>(
    key: string,
    decide: Decide<K, Reply>,
    by: { readonly inbox: Inbox<K['Entry']>; readonly after: string | null },
  ): Eventual<Followed<K, Reply>>;
  /**
   * Waits by a decision that has an `await` step; the same decision may answer it. `answered` is called at most once,
   * perhaps before this returns, and not at all if the wait ends without an answer.
   *
   * @throws what `decide` throws, UnavailableError; the waiter is withdrawn if it waits by then
   */
  wait<Reply>(
    key: string,
    waiterId: string,
    decide: Decide<K, Reply>,
    answered: (answer: K['Answer']) => void,
  ): Eventual<Reply>;
  /** As `run`, and answers the place of the newest entry. An id that the member used before repeats its answer. */
  post(
    key: string,
    member: string,
    id: string | null,
    decide: Decide<K, unknown>,
  ): Eventual<Posted>;
  /**
   * Sends a body from a member to a follower without a decision: the state does not change. Answers the entry's cursor.
   * If the sender has sent with this id before, nothing is appended, and the answer is the first one.
   * @param by the sender's hold: if it has ended, nothing is appended; none: as the follower that it is now
   * @throws Aggregate.notFollowing, Aggregate.noAddressee, HeldAnewError, UnavailableError
   */
  send(
    key: string,
    member: string,
    to: string,
    body: K['Body'],
    id: string | null,
    by?: Hold | null,
  ): Eventual<string>;
  /** The state now; null where nothing is known. */
  read(key: string): Eventual<K['State'] | null>;
  /** The aggregates in which anybody follows or waits at this node. */
  keys(): readonly string[];
  /** Tells every node, including this one. @throws UnavailableError */
  spread(news: K['News']): Eventual<void>;
  /** Calls `listener` with what any node spreads. */
  onNews(listener: (news: K['News']) => void): void;
  /** Calls `listener`, which neither throws nor enters the log, with every fact: once in a cluster, in each log's order. */
  observe(listener: (key: string, place: Posted, fact: K['Fact']) => void): void;
  /** Releases everything. Other nodes take over what this node held. */
  close(): Eventual<void>;
}

export interface LogOptions {
  /** Entries that a tail holds. */
  readonly replayEvents: number;
  /** About how many bytes the entries of a tail take, by {@link Aggregate.weigh}. */
  readonly replayBytes: number;
  /** How far back from the loss of a connection a resume may reach, in milliseconds. */
  readonly replayMs: number;
  /** How long a follower waits for its client to come back, in milliseconds. */
  readonly graceMs: number;
  /** Entries that are kept for those who come later. */
  readonly historyMessages: number;
}

/** Whether an entry is for a follower. */
export function isFor(entry: Entry, followerId: string): boolean {
  return entry.to === null ? entry.except !== followerId : entry.to === followerId;
}
