import { CursorWriter } from '../../domain/cursor.ts';
import { type Aggregate, type Inbox, isFor, type Kind, type Who } from '../../domain/log.ts';
import { type Heading, readHeading, readWord, stored, type Word } from './message.ts';

/** A follower that this node holds, or lost and waits for. */
export interface LocalFollower<K extends Kind> {
  readonly id: string;
  readonly member: string;
  session: string;
  fence: number;
  readonly epoch: string;
  /** Entries up to this position have been given to the inbox already. */
  readonly floor: number;
  inbox: Inbox<K['Entry']> | null;
  /** The position that Redis was last told to be received. */
  toldThrough: number;
}

/** Somebody who waits at this node. */
export interface LocalWaiter<K extends Kind> {
  readonly id: string;
  member: string;
  session: string;
  readonly answered: (answer: K['Answer']) => void;
  /** Waits again, because Redis has lost the wait. */
  readonly again: () => void;
}

/** One log, as far as this node has heard it. */
interface View {
  readonly cursors: CursorWriter;
  position: number;
  /** Messages that came while earlier ones were missing; null if nothing is missing. */
  ahead: string[] | null;
}

/** The messages that were missed after a position of a log. */
export interface CaughtUp {
  /** Whether the log continues from that position, and has everything after it. */
  readonly complete: boolean;
  readonly messages: readonly string[];
}

/** Receives the entries of an aggregate at this node, and gives them to its followers here in the log's order. */
export class Feed<K extends Kind> {
  readonly followers = new Map<string, LocalFollower<K>>();
  readonly waiters = new Map<string, LocalWaiter<K>>();
  /** Resolves once this node hears every message for it. */
  readonly opened: Promise<void>;
  /** The newest state that this node knows. */
  known: { readonly revision: string; readonly state: K['State'] | null } | null = null;
  readonly #aggregate: Aggregate<K>;
  readonly #views = new Map<string, View>();
  readonly #refill: (epoch: string, position: number) => void;
  readonly #onIdle: () => void;
  /**
   * How many calls of {@link Feed.expecting} are under way. Messages that come meanwhile are kept for their followers.
   */
  #pending = 0;
  #recent: string[] = [];

  constructor(
    readonly key: string,
    parts: {
      aggregate: Aggregate<K>;
      opened: Promise<void>;
      /** Asks for the messages after a position; {@link Feed.caughtUp} is called with them. */
      refill: (epoch: string, position: number) => void;
      /** Called when nobody at this node follows or waits any more. */
      onIdle: () => void;
    },
  ) {
    this.#aggregate = parts.aggregate;
    this.opened = parts.opened;
    this.#refill = parts.refill;
    this.#onIdle = parts.onIdle;
  }

  get isIdle(): boolean {
    return this.followers.size === 0 && this.waiters.size === 0 && this.#pending === 0;
  }

  /** Whether the member, or the session, follows or waits here. */
  holds(who: Who): boolean {
    const all = [...this.followers.values(), ...this.waiters.values()];
    if ('member' in who) return all.some(({ member }) => member === who.member);
    return all.some(({ session }) => session === who.session);
  }

  /** The logs that this node follows, each with the position through which it has everything. */
  views(): [epoch: string, position: number][] {
    return Array.from(this.#views, ([epoch, { position }]) => [epoch, position]);
  }

  cursors(epoch: string): CursorWriter {
    return this.#views.get(epoch)?.cursors ?? new CursorWriter(epoch);
  }

  /** Runs work that may bring a follower here. Messages that come until it is done are kept. */
  async expecting<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#pending += 1;
    try {
      await this.opened;
      return await work();
    } finally {
      this.#pending -= 1;
      if (this.#pending === 0) this.#recent = [];
      this.rest();
    }
  }

  /** Adds a follower, who has everything up to its floor. Call it within {@link Feed.expecting}. */
  admit(follower: LocalFollower<K>): void {
    const former = this.followers.get(follower.id);
    if (former !== undefined && former.fence > follower.fence) {
      follower.inbox?.end();
      return;
    }
    former?.inbox?.end();
    this.followers.set(follower.id, follower);
    const recent = this.#recent;
    if (this.#views.has(follower.epoch)) {
      for (const message of recent) this.#catchUp(follower, message);
      return;
    }
    const cursors = new CursorWriter(follower.epoch);
    this.#views.set(follower.epoch, { cursors, position: follower.floor, ahead: null });
    this.#recent = [];
    for (const message of recent) this.receive(message);
    this.#recent = recent;
  }

  /** Takes a message for this node: a word, or an entry after the position of the previous entry for this node. */
  receive(message: string): void {
    const word = readWord(message);
    if (word !== null) {
      if (this.#pending > 0) this.#recent.push(message);
      this.#heed(word);
      return;
    }
    const start = entryStart(message);
    const heading = readHeading(message, start);
    const view = this.#views.get(heading.epoch);
    if (view === undefined) {
      if (this.#pending > 0) this.#recent.push(message);
      // The logs that are followed here may be ones that Redis has lost.
      for (const [epoch, position] of this.views()) this.#ask(epoch, position);
    } else if (view.ahead !== null) {
      view.ahead.push(message);
    } else if (heading.position <= view.position) {
      return;
    } else if (Number(message.slice(0, start)) <= view.position) {
      this.#deliver(view, message, heading);
    } else {
      view.ahead = [message];
      this.#refill(heading.epoch, view.position);
    }
  }

  /** Holds back the messages of a log until it has caught up. */
  pause(epoch: string): void {
    const view = this.#views.get(epoch);
    if (view !== undefined) view.ahead ??= [];
  }

  /** Takes the missing messages; null if they could not be asked for now. */
  caughtUp(epoch: string, missing: CaughtUp | null): void {
    const view = this.#views.get(epoch);
    if (view === undefined) return;
    const later = view.ahead ?? [];
    view.ahead = null;
    if (missing === null) return;
    if (!missing.complete) {
      this.#views.delete(epoch);
      for (const follower of [...this.followers.values()]) {
        if (follower.epoch === epoch) this.drop(follower, 'abandon');
      }
    } else {
      // These are all the entries, so nothing is missing before any of them.
      for (const entry of missing.messages) this.receive(`0 ${entry}`);
      for (const message of later) this.receive(message);
    }
    this.rest();
  }

  /** Removes a follower: it has ended, or another node holds it now. */
  drop(follower: LocalFollower<K>, how: 'end' | 'abandon'): void {
    if (this.followers.get(follower.id) !== follower) return;
    this.followers.delete(follower.id);
    const { inbox } = follower;
    follower.inbox = null;
    if (how === 'end') inbox?.end();
    else inbox?.abandon();
  }

  /** Ends a wait, and passes its answer on if there is one. */
  endWaiter(id: string, answer: K['Answer'] | null): void {
    const waiter = this.waiters.get(id);
    if (!this.waiters.delete(id) || answer === null) return;
    waiter?.answered(answer);
  }

  /** Removes logs that nobody follows, and reports when nobody follows or waits here any more. */
  rest(): void {
    for (const epoch of this.#views.keys()) {
      if (![...this.followers.values()].some((one) => one.epoch === epoch)) {
        this.#views.delete(epoch);
      }
    }
    if (this.isIdle) this.#onIdle();
  }

  #ask(epoch: string, position: number): void {
    const view = this.#views.get(epoch);
    if (view === undefined || view.ahead !== null) return;
    view.ahead = [];
    this.#refill(epoch, position);
  }

  #deliver(view: View, message: string, heading: Heading): void {
    view.position = heading.position;
    if (this.#pending > 0) this.#recent.push(message);
    const { epoch, to, ends } = heading;
    const entry = this.#read(message, heading, view.cursors);
    if (to !== null) {
      const follower = this.followers.get(to);
      if (follower?.epoch === epoch) this.#push(follower, entry);
    } else {
      for (const follower of this.followers.values()) {
        if (follower.epoch === epoch) this.#push(follower, entry);
      }
    }
    if (ends !== null) this.#end(ends.split(','));
  }

  /** Gives a new follower a message that the other followers here already have. */
  #catchUp(follower: LocalFollower<K>, message: string): void {
    const word = readWord(message);
    if (word !== null) {
      this.#heed(word);
      return;
    }
    const heading = readHeading(message, entryStart(message));
    if (heading.epoch !== follower.epoch || heading.position <= follower.floor) return;
    this.#push(follower, this.#read(message, heading, this.cursors(follower.epoch)));
    if (heading.ends?.split(',').includes(follower.id)) this.drop(follower, 'end');
  }

  #push(follower: LocalFollower<K>, entry: K['Entry']): void {
    if (entry.position > follower.floor && isFor(entry, follower.id)) follower.inbox?.push(entry);
  }

  #read(message: string, { position, at, to, who, bodyAt }: Heading, cursors: CursorWriter) {
    const body = this.#aggregate.read(stored(message.slice(bodyAt)));
    return this.#aggregate.place(body, cursors.at(position), position, at, to, who);
  }

  #end(ids: readonly string[]): void {
    for (const id of ids) {
      const follower = this.followers.get(id);
      if (follower !== undefined) this.drop(follower, 'end');
    }
    // Only after this entry was given to everybody.
    if (this.followers.size === 0) queueMicrotask(() => this.rest());
  }

  #heed({ what, id, value }: Word): void {
    if (what === 'answer') {
      this.endWaiter(id, value === '-' ? null : value);
    } else {
      const follower = this.followers.get(id);
      if (follower === undefined) return;
      if (what !== 'ended' && follower.fence >= Number(value)) return;
      this.drop(follower, what === 'lost' ? 'abandon' : 'end');
    }
    this.rest();
  }
}

/** Where the entry of a message begins, after a position and a space. */
function entryStart(message: string): number {
  return message.indexOf(' ') + 1;
}
