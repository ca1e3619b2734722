import type { Clock, Timer } from '../../domain/clock.ts';
import { HeldAnewError } from '../../domain/errors.ts';
import type {
  Aggregate,
  Decide,
  Followed,
  Hold,
  Inbox,
  Kind,
  Log,
  LogOptions,
  Placed,
  Posted,
  Who,
} from '../../domain/log.ts';
import { type Asking, Live, type Shared, type Start } from './live.ts';
import { LogTime } from './log-time.ts';

/** How often the tails of all logs are trimmed, so that quiet logs are, too; in milliseconds. */
const TRIM_INTERVAL_MS = 30_000;
/** The id of the only node. */
const NODE = 'here';

type Observer<K extends Kind> = (
  key: string,
  place: Pick<Placed, 'cursor' | 'at'>,
  fact: K['Fact'],
) => void;

/** When an aggregate wakes next. */
interface Wake {
  due: number;
  /** The same by elapsed time: it comes after as long as it should, whatever is set meanwhile. */
  endsAt: number;
  /** When the timer looks, not after `due`: most deadlines move on before they are reached. */
  readonly at: number;
  readonly timer: Timer;
}

/**
 * The logs of a single process. It answers everything synchronously, without promises, and keeps nothing after the
 * process ends.
 */
export class MemoryLog<K extends Kind> implements Log<K> {
  readonly #aggregate: Aggregate<K>;
  readonly #clock: Clock;
  readonly #time: LogTime;
  readonly #shared: Shared<K>;
  readonly #lives = new Map<string, Live<K>>();
  readonly #wakes = new Map<string, Wake>();
  readonly #observers: Observer<K>[] = [];
  readonly #hearers: ((news: K['News']) => void)[] = [];
  #trimming: Timer;

  /** @param clock for timers @param time what all logs of the process share */
  constructor(
    aggregate: Aggregate<K>,
    options: LogOptions,
    clock: Clock,
    time: LogTime = new LogTime(clock),
  ) {
    this.#aggregate = aggregate;
    this.#clock = clock;
    this.#time = time;
    this.#shared = {
      aggregate,
      options,
      time,
      observe: (key, place, fact) => {
        for (const observer of this.#observers) observer(key, place, fact);
      },
    };
    this.#trimming = this.#trimLater();
  }

  run<Reply>(key: string, decide: Decide<K, Reply>): Reply {
    return this.#decide(key, decide, {}).reply;
  }

  owe<Reply>(key: string, decide: Decide<K, Reply>): Reply {
    return this.run(key, decide);
  }

  oweFor(who: Who, decide: Decide<K, unknown>): void {
    for (const live of [...this.#lives.values()]) {
      if (concerns(live, who)) this.run(live.key, decide);
    }
  }

  follow<Reply>(
    key: string,
    decide: Decide<K, Reply>,
    by: { readonly inbox: Inbox<K['Entry']>; readonly after: string | null },
  ): Followed<K, Reply> {
    const { reply, start } = this.#decide(key, decide, { follow: by });
    if (start === null) throw new TypeError('The decision has no `begin` or `hold` step.');
    return { reply, ...start };
  }

  wait<Reply>(
    key: string,
    _waiterId: string,
    decide: Decide<K, Reply>,
    answered: (answer: K['Answer']) => void,
  ): Reply {
    return this.#decide(key, decide, { answered }).reply;
  }

  post(key: string, member: string, id: string | null, decide: Decide<K, unknown>): Posted {
    const before = id && this.#lives.get(key)?.crowd.ofMember.get(member)?.postedBefore(id);
    if (before) return before;
    const { live } = this.#decide(key, decide, {});
    const posted = live.newest();
    if (id !== null) live.crowd.ofMember.get(member)?.rememberPost(id, posted);
    return posted;
  }

  send(
    key: string,
    member: string,
    to: string,
    body: K['Body'],
    id: string | null,
    by: Hold | null = null,
  ): string {
    const live = this.#lives.get(key);
    const sender = live?.crowd.ofMember.get(member);
    if (live === undefined || sender === undefined) throw this.#aggregate.notFollowing();
    const before = id === null ? null : sender.sentBefore(id);
    if (before !== null) return live.cursor(before);
    if (by !== null && by.id !== sender.follower.id) throw this.#aggregate.notFollowing();
    if (by !== null && by.fence !== sender.follower.fence) throw new HeldAnewError();
    const addressee = live.crowd.followers.get(to);
    if (addressee === undefined || addressee === sender) throw this.#aggregate.noAddressee();
    const { cursor, position } = live.signal(sender, addressee, body);
    if (id !== null) sender.rememberSent(id, position);
    return cursor;
  }

  read(key: string): K['State'] | null {
    return this.#lives.get(key)?.state ?? null;
  }

  keys(): readonly string[] {
    const keys: string[] = [];
    for (const { key, crowd } of this.#lives.values()) {
      const { followers, waiters } = crowd;
      if (followers.size > 0 || waiters.size > 0) keys.push(key);
    }
    return keys;
  }

  spread(news: K['News']): void {
    for (const hearer of this.#hearers) hearer(news);
  }

  onNews(listener: (news: K['News']) => void): void {
    this.#hearers.push(listener);
  }

  observe(listener: Observer<K>): void {
    this.#observers.push(listener);
  }

  close(): void {
    this.#trimming.cancel();
    for (const { timer } of this.#wakes.values()) {
      timer.cancel();
      this.#time.endWait();
    }
    this.#wakes.clear();
    for (const live of this.#lives.values()) live.dispose();
    this.#lives.clear();
  }

  #decide<Reply>(
    key: string,
    decide: Decide<K, Reply>,
    asking: Asking<K>,
  ): { readonly reply: Reply; readonly start: Start<K> | null; readonly live: Live<K> } {
    const live = this.#lives.get(key) ?? new Live<K>(key, this.#shared);
    const decision = decide(live.state, { now: live.now(), aheadMs: 0, node: NODE });
    live.state = decision.state;
    // It is stored before anybody is told, because those who are told may ask the log.
    this.#lives.set(key, live);
    const start = live.take(decision.steps, asking);
    if (live.state === null) this.#lives.delete(key);
    this.#wakeLater(live);
    return { reply: decision.reply, start, live };
  }

  #wakeLater(live: Live<K>): void {
    const { key, state } = live;
    const due = state === null ? null : this.#aggregate.dueAt(state);
    const before = this.#wakes.get(key);
    if (due === (before?.due ?? null)) return;
    const endsAt = due === null ? 0 : this.#clock.elapsed() + due - live.now();
    if (before !== undefined && due !== null && before.at <= due) {
      before.due = due;
      before.endsAt = endsAt;
      return;
    }
    before?.timer.cancel();
    this.#wakes.delete(key);
    if (due !== null) {
      this.#time.beginWait();
      this.#lookAt(live, due, endsAt);
    }
    if (before !== undefined) this.#time.endWait();
  }

  #lookAt(live: Live<K>, due: number, endsAt: number): void {
    const delayMs = Math.max(0, endsAt - this.#clock.elapsed());
    const timer = this.#clock.after(delayMs, () => this.#look(live, due));
    this.#wakes.set(live.key, { due, endsAt, at: due, timer });
  }

  /** The timer looks at this time. */
  #look(live: Live<K>, at: number): void {
    live.reach(at);
    const wake = this.#wakes.get(live.key);
    if (wake !== undefined && wake.due > at) {
      this.#lookAt(live, wake.due, wake.endsAt);
      return;
    }
    this.#wakes.delete(live.key);
    this.run(live.key, this.#aggregate.wake);
    // Not earlier: others may be due in the same log.
    this.#time.endWait();
  }

  #trimLater(): Timer {
    return this.#clock.after(TRIM_INTERVAL_MS, () => {
      for (const live of this.#lives.values()) live.trim();
      this.#trimming = this.#trimLater();
    });
  }
}

/** Whether somebody follows or waits there. */
function concerns<K extends Kind>({ crowd }: Live<K>, who: Who): boolean {
  const { ofMember, followers, waiters } = crowd;
  if ('member' in who) {
    if (ofMember.has(who.member)) return true;
    for (const { waiter } of waiters.values()) if (waiter.member === who.member) return true;
    return false;
  }
  for (const { follower } of followers.values()) if (follower.session === who.session) return true;
  for (const { waiter } of waiters.values()) if (waiter.session === who.session) return true;
  return false;
}
