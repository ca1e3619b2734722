import type { Eventual } from './eventual.ts';

/** The place of something in a log. */
export interface Placed {
  /** Names the place, see cursor.ts. */
  readonly cursor: string;
  /** Grows by one with each entry of a log. */
  readonly position: number;
  /** Milliseconds since the Unix epoch, by the store's clock; never less than that of an entry before. */
  readonly at: number;
}

/** Where something stands, and since when. */
export type Posted = Pick<Placed, 'cursor' | 'at'>;
/** An entry of a log: for all who follow it but one, or for one alone. */
export type Entry = Placed &
  (
    | { readonly to: null; readonly except: string | null }
    | { readonly to: string; readonly from: string | null }
  );

/** Where the entries of one follower go: a {@link Mailbox}, as far as a log needs it. */
export interface Inbox<Event> {
  /** Position through which everything is known to be received. */
  receivedThrough: number;
  push(entry: Event): void;
  /** Ends after what was pushed. */
  end(): void;
  /** What should come cannot: the client comes back and resumes. */
  abandon(): void;
}

/** The types of one kind of aggregate. */
export interface Kind {
  /** Small, and JSON: no dates, no undefined, nothing that a parse of its text would not give back. */
  State: object;
  /** What an entry says, without its place. */
  Body: object;
  /** What a follower reads: a body with its place. */
  Entry: Entry;
  /** An entry as it is kept for those who begin to follow later. */
  Kept: object;
  /** What others than the followers want to know. */
  Fact: object;
  /** How somebody who waits is answered. */
  Answer: string;
  /** What nodes tell each other of beside the logs; JSON. */
  News: object;
}

/** Somebody who follows a log: one stay of one member. It outlives its sockets, ends once, and is kept in the state. */
export interface Follower {
  readonly id: string;
  /** Whose it is. A member has at most one follower in a log. */
  readonly member: string;
  /** The session that it came with last. */
  readonly session: string;
  /** The node that holds it, or that lost it and waits for its client. */
  readonly node: string;
  /** Grows with each hold, and with each node that takes over; an older hold can do nothing. */
  readonly fence: number;
}

/** Somebody who waits for an answer and follows nothing yet. */
export interface Waiter {
  readonly id: string;
  /** Whose it is. */
  readonly member: string;
  readonly session: string;
  /** The node where it waits. */
  readonly node: string;
}

/** The hold of one mailbox on one follower. */
export interface Hold extends Pick<Follower, 'id' | 'fence'> {
  readonly key: string;
}

/** What happens, one after the other. What one says of followers holds for the steps after it. */
export type Step<K extends Kind> =
  /** Appends an entry for all who follow now, but `except`. A `kept` one is also kept for those who come later. */
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
  /** Somebody follows from here on, held by the mailbox of whoever asked: what came before is not for it. */
  | { readonly type: 'begin'; readonly follower: Follower }
  /**
   * The mailbox of whoever asked takes the hold on a follower, wherever that was held; a former mailbox ends. The
   * answer is the place here; what is appended after it comes through the mailbox.
   */
  | {
      readonly type: 'hold';
      readonly follower: Follower;
      /** When its connection was lost; null where that was not noticed. */
      readonly lostAt: number | null;
    }
  /** Nobody holds a follower now; `follower.node` waits for it. Its mailbox ends here, and at another node is abandoned. */
  | { readonly type: 'letGo'; readonly follower: Follower }
  /** A follower ends: its mailbox ends after what it was told so far. */
  | { readonly type: 'end'; readonly id: string }
  /** Somebody waits from here on. */
  | { readonly type: 'await'; readonly waiter: Waiter }
  /** Who waited is answered, or with null waits no more without a word. */
  | { readonly type: 'answer'; readonly waiter: Waiter; readonly answer: K['Answer'] | null }
  /** Tells the observers, at the place of the newest entry. */
  | { readonly type: 'note'; readonly fact: K['Fact'] };

/** What is done, all at one place in the log or not at all. */
export interface Decision<K extends Kind, Reply> {
  /** The state from now on; the same object where nothing changes; null where there is nothing left to know. */
  readonly state: K['State'] | null;
  readonly steps: readonly Step<K>[];
  readonly reply: Reply;
}

export interface Context {
  /** The store's time in milliseconds since the Unix epoch: not before that of the newest entry. */
  readonly now: number;
  /** The node that asks. */
  readonly node: string;
}

/**
 * Decides by the state alone; null stands for an aggregate that nobody knows anything of. Pure: a log may call it
 * several times for one question, and what it refuses (it throws a `DomainError`) changes nothing. Ids that it needs
 * are made before and given to it.
 */
export type Decide<K extends Kind, Reply> = (
  state: K['State'] | null,
  context: Context,
) => Decision<K, Reply>;

/** The rules of one kind of aggregate, as far as a log has to know them. All of it is pure. */
export interface Aggregate<K extends Kind> {
  /** Stands first in the names of all that is stored of it. */
  readonly name: string;
  /** Who follows, by the state. */
  followers(state: K['State']): readonly Follower[];
  /** Who waits, by the state. */
  waiters(state: K['State']): readonly Waiter[];
  /** When {@link Aggregate.wake} has something to do, in milliseconds since the Unix epoch; null for never. */
  dueAt(state: K['State']): number | null;
  /** What time does. It changes nothing where nothing is due. */
  readonly wake: Decide<K, void>;
  /** A node has died: lets go of all that it held; the node that asks looks after that from now on. */
  nodeLost(node: string): Decide<K, void>;
  /** As when the connection of a hold is lost; an outdated hold changes nothing. */
  letGo(id: string, fence: number): Decide<K, void>;
  /** Who waits is gone. It changes nothing where that waits no more. */
  withdraw(waiterId: string): Decide<K, void>;
  /** An entry of a body. Written out for what passes all the time: a spread costs more than all the rest. */
  place(
    body: K['Body'],
    cursor: string,
    position: number,
    at: number,
    to: string | null,
    /** Who sent it where it is for one, and who is not told where it is for all. */
    who: string | null,
  ): K['Entry'];
  /** About how many bytes an entry takes. */
  weigh(entry: K['Entry']): number;
  /** An entry as those get it who begin to follow later. */
  kept(entry: K['Entry']): K['Kept'];
  /** A body as text, for a store; {@link Aggregate.read} gives it back. */
  write(body: K['Body']): string;
  read(text: string): K['Body'];
  /** The error for who sends and follows nothing. */
  notFollowing(): Error;
  /** The error for an addressee who does not follow, or is the sender. */
  noAddressee(): Error;
}

/** What following begins with. */
export interface Followed<K extends Kind, Reply> extends Placed {
  readonly reply: Reply;
  readonly hold: Hold;
  /** Whether it goes on without a gap; `missed` is then all between the place and now. */
  readonly recovered: boolean;
  readonly missed: readonly K['Entry'][];
  /** What is kept up to the place, oldest first; empty where it was recovered and is known to have had that. */
  readonly history: readonly K['Kept'][];
}

/** Whom something is about. */
export type Who = { readonly member: string } | { readonly session: string };

/**
 * Ordered logs of aggregates, each with a bounded tail and its followers.
 *
 * - **One decision at a time.** Decisions on one aggregate take effect one after the other, each at one place or not at
 *   all; calls that one caller makes one after the other take effect in that order, also where their answers are promises.
 *   Where several nodes decide, a decision is committed only upon the state that it was made of; else it is made again,
 *   and after a bound the call fails with `UnavailableError`.
 * - **Order.** The entries of a log have one order, the same for every follower; positions grow by one.
 * - **No gap.** An inbox given to `follow` gets every entry that is for its follower and comes after the answer's place.
 *   Nothing is handed to anybody before all of its decision is stored.
 * - **A log lasts while anybody follows.** After the decision with which the last follower ends, the tail and what was
 *   kept are gone, and the next one opens a log with an epoch of its own. The state may outlive it.
 * - **Once.** What is asked again because an answer was lost is done once, and answers as it did. The ids of `send` and
 *   `post` are kept for each follower, the newest 4096 of each of the two; they do not meet.
 * - **Time.** `wake` runs when it is due, whichever node fails meanwhile. Time never goes back in a log.
 * - **Bounds.** The tail holds at most so many entries, bytes and milliseconds; what falls out is still delivered to
 *   those who hold a follower, and whoever would need it to resume is not recovered.
 * - **Failure.** Whatever was not stored rejects with `UnavailableError`, never with success. `owe` and `oweFor` do not
 *   reject: what cannot be stored now is stored as soon as it can be, tried again by time.
 */
export interface Log<K extends Kind> {
  /** @throws what `decide` throws, UnavailableError */
  run<Reply>(key: string, decide: Decide<K, Reply>): Eventual<Reply>;
  /** As `run`, for what must happen. It must do no harm to do it late. */
  owe<Reply>(key: string, decide: Decide<K, Reply>): Eventual<Reply>;
  /** As `owe`, on every aggregate in which they follow or wait at this node. */
  oweFor(who: Who, decide: Decide<K, unknown>): Eventual<void>;
  /**
   * Follows a log by what `decide` answers, one of whose steps is `begin` or `hold`. Registers the inbox; the caller
   * opens it. Where the answer is lost, the hold is let go of as soon as it can be.
   *
   * @param after the last cursor that the client has; null: the log goes by what it knows to be received
   * @throws what `decide` throws, UnavailableError
   */
  follow<Reply>(
    key: string,
    decide: Decide<K, Reply>,
    by: { readonly inbox: Inbox<K['Entry']>; readonly after: string | null },
  ): Eventual<Followed<K, Reply>>;
  /**
   * Waits by what `decide` answers, which may be answered in the same decision. `answered` is called at most once, also
   * before this has returned; not at all where it ends without a word.
   *
   * @throws what `decide` throws, UnavailableError; who waits by then is withdrawn
   */
  wait<Reply>(
    key: string,
    waiterId: string,
    decide: Decide<K, Reply>,
    answered: (answer: K['Answer']) => void,
  ): Eventual<Reply>;
  /** As `run`, and answers the newest entry's place. An id that this member has posted by before answers as it did then. */
  post(
    key: string,
    member: string,
    id: string | null,
    decide: Decide<K, unknown>,
  ): Eventual<Posted>;
  /**
   * Sends a body from a member to a follower, past all decisions: the state stays as it is. Answers the entry's cursor.
   * With an id that the sender has sent by before nothing is appended, and the answer is the first one's.
   * @param by the sender's hold: where that is over nothing is appended; none: it sends as whichever follower it is
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
  /** Tells every node, this one too. @throws UnavailableError */
  spread(news: K['News']): Eventual<void>;
  /** Hears what any node spreads. */
  onNews(listener: (news: K['News']) => void): void;
  /** Calls `listener`, which neither throws nor enters the log, with every fact: once in a cluster, in each log's order. */
  observe(listener: (key: string, place: Posted, fact: K['Fact']) => void): void;
  /** Lets go of everything; what this node looked after is the others'. */
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
