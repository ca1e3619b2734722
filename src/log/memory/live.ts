import { BEFORE_ALL, CursorWriter, newEpoch, parseCursor } from '../../domain/cursor.ts';
import {
  type Aggregate,
  type Followed,
  type Follower,
  type Inbox,
  isFor,
  type Kind,
  type LogOptions,
  type Placed,
  type Posted,
  type Step,
} from '../../domain/log.ts';
import { Tail } from '../tail.ts';
import { type Crowd, LocalFollower, newCrowd, nobody } from './follower.ts';
import type { LogTime } from './log-time.ts';

/** What a decision's caller wants in addition to the reply. */
export interface Asking<K extends Kind> {
  readonly follow?: { readonly inbox: Inbox<K['Entry']>; readonly after: string | null };
  readonly answered?: (answer: K['Answer']) => void;
}

/** The answer to `follow`, without the reply of the rules. */
export type Start<K extends Kind> = Omit<Followed<K, unknown>, 'reply'>;

/** One log, as long as somebody follows it. */
interface Run<K extends Kind> {
  readonly epoch: string;
  readonly cursors: CursorWriter;
  readonly tail: Tail<K['Entry']>;
  history: readonly { readonly position: number; readonly entry: K['Kept'] }[];
  position: number;
  /** When the newest entry was appended. */
  at: number;
}

/** What the aggregates of one kind share. */
export interface Shared<K extends Kind> {
  readonly aggregate: Aggregate<K>;
  readonly options: LogOptions;
  readonly time: LogTime;
  readonly observe: (key: string, place: Pick<Placed, 'cursor' | 'at'>, fact: K['Fact']) => void;
}

/** One aggregate in memory: its state, its log, and who follows or waits. All methods are synchronous. */
export class Live<K extends Kind> {
  state: K['State'] | null = null;
  /** {@link nobody} until somebody follows or waits: most aggregates of some kinds have nobody ever. */
  #crowd: Crowd<K> = nobody();
  readonly #shared: Shared<K>;
  #run: Run<K> | null = null;
  /** The latest time in this log. */
  #latest = 0;

  constructor(
    readonly key: string,
    shared: Shared<K>,
  ) {
    this.#shared = shared;
  }

  get crowd(): Crowd<K> {
    return this.#crowd;
  }

  /** The time in this log. It never goes back. */
  now(): number {
    this.#latest = Math.max(this.#latest, this.#shared.time.now());
    return this.#latest;
  }

  /** Moves the time to at least `time`: something was due then, and so much time has passed. */
  reach(time: number): void {
    this.#latest = Math.max(this.now(), time);
  }

  /** The place of the newest entry. */
  newest(): Posted {
    return { cursor: this.cursor(), at: this.#run?.at ?? 0 };
  }

  /** The cursor of a position, or of the newest entry. */
  cursor(position?: number): string {
    const run = this.#run;
    return run === null ? BEFORE_ALL : run.cursors.at(position ?? run.position);
  }

  /** Carries out the steps of a decision. Answers the start of the stream if the caller begins to follow. */
  take(steps: readonly Step<K>[], asking: Asking<K>): Start<K> | null {
    let start: Start<K> | null = null;
    for (const step of steps) start = this.#step(step, asking) ?? start;
    if (this.#crowd.followers.size === 0) this.#run = null;
    return start;
  }

  /** Appends an entry from one follower to another without a decision; answers the entry. */
  signal(
    from: LocalFollower<K['Entry']>,
    to: LocalFollower<K['Entry']>,
    body: K['Body'],
  ): K['Entry'] {
    return this.#notify(to, from.follower.id, body);
  }

  /** Drops entries that are too old for any resume. */
  trim(): void {
    this.#run?.tail.trim(this.#even(this.now()));
  }

  /** Ends every inbox, and tells nobody. */
  dispose(): void {
    for (const follower of this.#crowd.followers.values()) follower.dropInbox()?.end();
    this.#crowd = nobody<K>();
  }

  #step(step: Step<K>, { follow, answered }: Asking<K>): Start<K> | null {
    switch (step.type) {
      case 'tell':
        this.#tell(step.body, step.except, step.kept);
        return null;
      case 'notify': {
        const to = this.#crowd.followers.get(step.to);
        if (to !== undefined) this.#notify(to, step.from, step.body);
        return null;
      }
      case 'begin':
        return follow === undefined ? null : this.#begin(step.follower, follow.inbox);
      case 'hold':
        return follow === undefined ? null : this.#hold(step.follower, step.lostAt, follow);
      case 'letGo': {
        const local = this.#crowd.followers.get(step.follower.id);
        if (local === undefined) return null;
        local.follower = step.follower;
        local.dropInbox()?.end();
        return null;
      }
      case 'end':
        this.#end(step.id);
        return null;
      case 'await':
        if (answered !== undefined) {
          this.#own().waiters.set(step.waiter.id, { waiter: step.waiter, answered });
        }
        return null;
      case 'answer': {
        const waiting = this.#crowd.waiters.get(step.waiter.id);
        this.#crowd.waiters.delete(step.waiter.id);
        if (step.answer !== null) waiting?.answered(step.answer);
        return null;
      }
      case 'note':
        this.#shared.observe(this.key, { cursor: this.cursor(), at: this.now() }, step.fact);
        return null;
    }
  }

  #own(): Crowd<K> {
    if (this.#crowd === nobody<K>()) this.#crowd = newCrowd();
    return this.#crowd;
  }

  /** A time without what the time has jumped: a clock that was set forward makes nothing older. */
  #even(time: number): number {
    return time - this.#shared.time.jumpedMs;
  }

  #running(): Run<K> {
    if (this.#run !== null) return this.#run;
    const { replayEvents, replayBytes, replayMs, graceMs } = this.#shared.options;
    const epoch = newEpoch(this.now());
    const bounds = {
      maxEntries: replayEvents,
      maxBytes: replayBytes,
      maxAgeMs: replayMs + graceMs,
    };
    const tail = new Tail<K['Entry']>(bounds);
    this.#run = { epoch, cursors: new CursorWriter(epoch), tail, history: [], position: 0, at: 0 };
    return this.#run;
  }

  #tell(body: K['Body'], except: string | null, kept: boolean): void {
    const { aggregate, options } = this.#shared;
    const run = this.#running();
    const position = run.position + 1;
    const entry = aggregate.place(
      body,
      run.cursors.at(position),
      position,
      this.now(),
      null,
      except,
    );
    run.position = position;
    run.at = entry.at;
    run.tail.append(entry, aggregate.weigh(entry), this.#even(entry.at));
    if (kept) {
      const added = { position, entry: aggregate.kept(entry) };
      run.history = [...run.history, added].slice(-options.historyMessages);
    }
    for (const [id, follower] of this.#crowd.followers) {
      if (id === except) continue;
      follower.visibleThrough = position;
      follower.inbox?.push(entry);
    }
  }

  #notify(to: LocalFollower<K['Entry']>, from: string | null, body: K['Body']): K['Entry'] {
    const { aggregate } = this.#shared;
    const run = this.#running();
    const position = run.position + 1;
    const cursor = run.cursors.at(position);
    const entry = aggregate.place(body, cursor, position, this.now(), to.follower.id, from);
    run.position = position;
    run.at = entry.at;
    run.tail.append(entry, aggregate.weigh(entry), this.#even(entry.at));
    to.visibleThrough = position;
    to.inbox?.push(entry);
    return entry;
  }

  #begin(follower: Follower, inbox: Inbox<K['Entry']>): Start<K> {
    const run = this.#running();
    const local = new LocalFollower<K['Entry']>(follower, inbox, run.position);
    const { followers, ofMember } = this.#own();
    followers.set(follower.id, local);
    ofMember.set(follower.member, local);
    inbox.receivedThrough = Math.max(local.receivedThrough, inbox.receivedThrough);
    return this.#start(run, local, null, run.position);
  }

  #hold(
    follower: Follower,
    lostAt: number | null,
    { inbox, after }: { readonly inbox: Inbox<K['Entry']>; readonly after: string | null },
  ): Start<K> | null {
    const run = this.#running();
    const local = this.#crowd.followers.get(follower.id);
    if (local === undefined) return null;
    local.dropInbox()?.end();
    local.follower = follower;
    const had = local.receivedThrough;
    const from = after === null ? Math.max(had, local.begunAt) : this.#served(run, local, after);
    const since = this.#even(lostAt ?? this.now()) - this.#shared.options.replayMs;
    const missed = from === null ? null : this.#missed(run, local, from, since);
    local.inbox = inbox;
    const hasFrom = after !== null && missed !== null;
    inbox.receivedThrough = Math.max(had, hasFrom ? (from ?? 0) : 0);
    return this.#start(run, local, missed, missed === null ? run.position : (from ?? 0));
  }

  /** The position of a cursor that a client of this follower can have; null for any other. */
  #served(run: Run<K>, { begunAt }: LocalFollower<K['Entry']>, after: string): number | null {
    const parsed = parseCursor(after);
    if (parsed === null || parsed.epoch !== run.epoch) return null;
    const { position } = parsed;
    return position >= begunAt && position <= run.position ? position : null;
  }

  /** Null if the tail does not reach back far enough, so that an entry for this follower is lost. */
  #missed(
    run: Run<K>,
    local: LocalFollower<K['Entry']>,
    from: number,
    since: number,
  ): K['Entry'][] | null {
    if (from >= local.visibleThrough) return [];
    const entries = run.tail.after(from, run.position, since);
    return entries?.filter((entry) => isFor(entry, local.follower.id)) ?? null;
  }

  #start(
    run: Run<K>,
    { follower: { id, fence }, inbox, begunAt }: LocalFollower<K['Entry']>,
    missed: K['Entry'][] | null,
    position: number,
  ): Start<K> {
    // The first answer, with the kept entries, may have been lost with its socket.
    const hasBegun = missed !== null && (inbox?.receivedThrough ?? -1) >= begunAt;
    const kept = hasBegun ? [] : run.history.filter((one) => one.position <= position);
    return {
      hold: { key: this.key, id, fence },
      cursor: run.cursors.at(position),
      position,
      at: this.now(),
      recovered: missed !== null,
      missed: missed ?? [],
      history: kept.map(({ entry }) => entry),
    };
  }

  #end(id: string): void {
    const local = this.#crowd.followers.get(id);
    if (local === undefined) return;
    const { followers, ofMember } = this.#crowd;
    followers.delete(id);
    if (ofMember.get(local.follower.member) === local) ofMember.delete(local.follower.member);
    local.dropInbox()?.end();
  }
}
