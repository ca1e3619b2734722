import type { Clock } from '../../domain/clock.ts';
import { formatCursor } from '../../domain/cursor.ts';
import { HeldAnewError, UnavailableError } from '../../domain/errors.ts';
import { newId } from '../../domain/identifier.ts';
import type {
  Aggregate,
  Decide,
  Followed,
  Hold,
  Inbox,
  Kind,
  Log,
  LogOptions,
  Posted,
  Who,
} from '../../domain/log.ts';
import type { RedisConnection } from '../../redis/connection.ts';
import type { Nodes } from '../../redis/nodes.ts';
import { Retries } from '../../redis/retries.ts';
import { Asking } from './asking.ts';
import { Care } from './care.ts';
import { type Committed, Decisions, type Outcome } from './decisions.ts';
import { Dues } from './dues.ts';
import { Feeds } from './feeds.ts';
import { beginFollowing } from './following.ts';
import { Keys } from './keys.ts';
import { Lines } from './lines.ts';
import { storable } from './message.ts';
import { scripts } from './scripts.ts';
import { Sends } from './sends.ts';

/** How long a decision of `oweFor` also applies to aggregates that this node takes over, in milliseconds. */
const OWED_LATELY_MS = 60_000;

export interface RedisLogParts {
  readonly redis: RedisConnection;
  readonly nodes: Nodes;
  readonly clock: Clock;
}

/**
 * The logs of a cluster. A node loads a state, decides, and stores the decision with one script, which tells the nodes
 * of the addressees. The node that notices the death of another node takes over what that node held.
 */
export class RedisLog<K extends Kind> implements Log<K> {
  readonly #redis: RedisConnection;
  readonly #aggregate: Aggregate<K>;
  readonly #keys: Keys;
  readonly #options: LogOptions;
  readonly #nodeId: string;
  readonly #retries: Retries;
  readonly #feeds: Feeds<K>;
  readonly #lines = new Lines();
  readonly #dues: Dues;
  readonly #sends: Sends;
  readonly #decisions: Decisions<K>;
  readonly #asking: Asking<K>;
  readonly #observers: Parameters<Log<K>['observe']>[0][] = [];
  #owedLately: { who: Who; decide: Decide<K, unknown>; at: number }[] = [];
  readonly #newsListeners: ((news: K['News']) => void)[] = [];

  private constructor(aggregate: Aggregate<K>, parts: RedisLogParts, options: LogOptions) {
    const { redis, nodes, clock } = parts;
    this.#aggregate = aggregate;
    this.#redis = redis;
    this.#options = options;
    this.#nodeId = nodes.nodeId;
    this.#keys = new Keys(aggregate.name);
    this.#retries = new Retries(clock);
    this.#feeds = new Feeds(redis, aggregate, this.#keys, this.#nodeId);
    const shared = { redis, keys: this.#keys, retries: this.#retries, clock };
    this.#dues = new Dues({ ...shared, wake: (key, lateMs) => this.#wake(key, lateMs) });
    this.#sends = new Sends(redis, this.#keys, options);
    this.#decisions = new Decisions({
      ...{ redis, aggregate, keys: this.#keys, feeds: this.#feeds, dues: this.#dues },
      ...{ nodeId: this.#nodeId, time: nodes.time, options },
      onStored: (commit) => this.#stored(commit),
    });
    const lines = this.#lines;
    this.#asking = new Asking({ ...shared, aggregate, lines, decisions: this.#decisions });
  }

  /** Resolves once this node hears the other nodes. @throws UnavailableError */
  static async open<K extends Kind>(
    aggregate: Aggregate<K>,
    parts: RedisLogParts,
    options: LogOptions,
  ): Promise<RedisLog<K>> {
    const { redis, nodes } = parts;
    const log = new RedisLog(aggregate, parts, options);
    await redis.use(Object.values(scripts));
    await redis.listen(log.#keys.news, (message) => log.#heard(JSON.parse(message)));
    await log.#feeds.listen();
    nodes.listen(
      new Care({
        ...{ redis, nodeId: nodes.nodeId, keys: log.#keys, feeds: log.#feeds, dues: log.#dues },
        takeOver: async (key, deadNodeId) => {
          await log.#asking.ask({ key, decide: aggregate.nodeLost(deadNodeId) });
          log.#endAgain(key);
        },
      }),
    );
    redis.onReady(async () => {
      await log.#feeds.catchUp();
      log.#retries.now();
      await nodes.beat();
    });
    // The others know this node before it holds anything.
    await nodes.beat();
    return log;
  }

  async run<Reply>(key: string, decide: Decide<K, Reply>): Promise<Reply> {
    return replyOf(await this.#asking.ask({ key, decide }));
  }

  async owe<Reply>(key: string, decide: Decide<K, Reply>): Promise<Reply> {
    return replyOf(await this.#asking.owe({ key, decide }));
  }

  async oweFor(who: Who, decide: Decide<K, unknown>): Promise<void> {
    const now = performance.now();
    this.#owedLately = this.#owedLately.filter(({ at }) => now - at < OWED_LATELY_MS);
    this.#owedLately.push({ who, decide, at: now });
    const owed: Promise<unknown>[] = [];
    for (const feed of this.#feeds) {
      if (feed.holds(who)) owed.push(this.owe(feed.key, decide));
    }
    await Promise.all(owed);
  }

  follow<Reply>(
    key: string,
    decide: Decide<K, Reply>,
    { inbox, after }: { readonly inbox: Inbox<K['Entry']>; readonly after: string | null },
  ): Promise<Followed<K, Reply>> {
    const feed = this.#feeds.open(key);
    const following = { after, replayMs: this.#options.replayMs };
    return feed.expecting(async () => {
      const outcome = await this.#asking.ask({ key, decide, following });
      if (outcome.type !== 'committed')
        throw new Error('The decision has no `begin` or `hold` step.');
      return beginFollowing(this.#aggregate, feed, inbox, outcome.commit);
    });
  }

  wait<Reply>(
    key: string,
    waiterId: string,
    decide: Decide<K, Reply>,
    answered: (answer: K['Answer']) => void,
  ): Promise<Reply> {
    const feed = this.#feeds.open(key);
    const waiter = {
      id: waiterId,
      member: '',
      session: '',
      answered,
      again: () => void this.owe(key, decide).catch(() => feed.endWaiter(waiterId, null)),
    };
    return feed.expecting(async () => {
      feed.waiters.set(waiterId, waiter);
      try {
        return replyOf(await this.#asking.ask({ key, decide }));
      } catch (error) {
        feed.endWaiter(waiterId, null);
        if (error instanceof UnavailableError) {
          this.#asking.undo({ key, decide: this.#aggregate.withdraw(waiterId), always: true });
        }
        throw error;
      }
    });
  }

  async post(
    key: string,
    member: string,
    id: string | null,
    decide: Decide<K, unknown>,
  ): Promise<Posted> {
    const request = id === null ? { key, decide } : { key, decide, post: { member, id } };
    const outcome = await this.#asking.ask<unknown>(request);
    if (outcome.type === 'posted') return this.#posted(key, outcome.place);
    if (outcome.type === 'unchanged') throw new Error('The decision of a post changes nothing.');
    const { epoch, first, plan, now } = outcome.commit;
    return this.#posted(key, `${epoch} ${first + plan.entries} ${now}`);
  }

  async send(
    key: string,
    member: string,
    to: string,
    body: K['Body'],
    id: string | null,
    by: Hold | null = null,
  ): Promise<string> {
    const weight = this.#aggregate.weigh(this.#aggregate.place(body, '', 0, 0, to, member));
    const text = storable(this.#aggregate.write(body));
    // The client of a Redis Cluster may send a command twice, so the send needs an id there.
    const known = id === null ? (this.#redis.isCluster ? newId() : '') : `=${storable(id)}`;
    const send = { key, member, to, id: known, body: text, weight, by };
    const answer = await this.#lines.begin(key, () => this.#sends.send(send));
    if (answer.startsWith('=')) return this.#cursor(key, answer.slice(1));
    if (answer === 'held anew') throw new HeldAnewError();
    throw answer === 'not following'
      ? this.#aggregate.notFollowing()
      : this.#aggregate.noAddressee();
  }

  read(key: string): Promise<K['State'] | null> {
    return this.#lines.add(key, () => this.#decisions.read(key));
  }

  keys(): readonly string[] {
    const held = [...this.#feeds].filter(({ followers, waiters }) => followers.size + waiters.size);
    return held.map(({ key }) => key);
  }

  async spread(news: K['News']): Promise<void> {
    await this.#redis.do((client) => client.spublish(this.#keys.news, JSON.stringify(news)));
  }

  onNews(listener: (news: K['News']) => void): void {
    this.#newsListeners.push(listener);
  }

  observe(listener: Parameters<Log<K>['observe']>[0]): void {
    this.#observers.push(listener);
  }

  /** The caller closes the connection, and tells the other nodes that this one has left. */
  async close(): Promise<void> {
    this.#dues.stop();
    await this.#redis.settled();
    this.#retries.close();
    this.#redis.unlisten(this.#keys.news);
    this.#feeds.close();
  }

  /** Applies recent decisions of `oweFor` to an aggregate that was taken over from a dead node. */
  #endAgain(key: string): void {
    const feed = this.#feeds.find(key);
    for (const { who, decide } of this.#owedLately) {
      if (feed?.holds(who)) this.owe(key, decide).catch(() => {});
    }
  }

  /** Does at this node what follows from a stored decision. */
  #stored({ request, plan, state, epoch, first, now }: Committed<K, unknown>): void {
    const { key } = request;
    const feed = this.#feeds.find(key);
    if (feed !== null && feed.waiters.size > 0 && state !== null) {
      for (const { id, member, session } of this.#aggregate.waiters(state)) {
        const waiter = feed.waiters.get(id);
        if (waiter !== undefined) Object.assign(waiter, { member, session });
      }
    }
    for (const { id, member, session, fence, node } of plan.released) {
      if (node !== this.#nodeId || feed === null) continue;
      const local = feed.followers.get(id);
      if (local !== undefined && local.fence > fence) continue;
      const floor = first + plan.entries;
      const follower = { id, member, session, fence, epoch, floor, inbox: null, toldThrough: 0 };
      feed.admit(follower);
    }
    for (const { fact, entries } of plan.notes) {
      const place: Posted = { cursor: formatCursor(epoch, first + entries), at: now };
      for (const observer of this.#observers) observer(key, place, fact);
    }
  }

  /** Resolves to when the aggregate is due next, by Redis' clock; null for never. */
  async #wake(key: string, lateMs: number): Promise<number | null> {
    const outcome = await this.#asking.ask({ key, decide: this.#aggregate.wake, lateMs });
    if (outcome.type === 'committed') return outcome.commit.due;
    return outcome.type === 'unchanged' ? outcome.due : null;
  }

  #heard(news: K['News']): void {
    for (const listener of this.#newsListeners) listener(news);
  }

  #posted(key: string, place: string): Posted {
    return { cursor: this.#cursor(key, place), at: Number(place.split(' ')[2]) };
  }

  #cursor(key: string, place: string): string {
    const [epoch = '', position] = place.split(' ');
    const feed = this.#feeds.find(key);
    return feed === null
      ? formatCursor(epoch, Number(position))
      : feed.cursors(epoch).at(Number(position));
  }
}

function replyOf<K extends Kind, Reply>(outcome: Outcome<K, Reply>): Reply {
  if (outcome.type === 'committed') return outcome.commit.reply;
  if (outcome.type === 'unchanged') return outcome.reply;
  throw new Error('Only a post can have been posted before.');
}
