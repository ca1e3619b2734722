import { newEpoch } from '../../domain/cursor.ts';
import { UnavailableError } from '../../domain/errors.ts';
import { newId } from '../../domain/identifier.ts';
import type { Aggregate, Decide, Decision, Kind, LogOptions } from '../../domain/log.ts';
import type { RedisConnection } from '../../redis/connection.ts';
import { items, text, texts } from '../../redis/replies.ts';
import type { SteadyTime } from '../../redis/steady-time.ts';
import type { Dues } from './dues.ts';
import type { Feeds } from './feeds.ts';
import type { Keys } from './keys.ts';
import { Loads, type Post } from './loads.ts';
import { type Moment, momentOf } from './moment.ts';
import { type Following, Plan } from './plan.ts';
import { scripts } from './scripts.ts';

/** How often a decision is repeated at most when other nodes decide at the same time. */
const CONFLICTS = 50;

/** A request for a decision. */
export interface Request<K extends Kind, Reply> {
  readonly key: string;
  readonly decide: Decide<K, Reply>;
  /** Set if somebody wants to follow. */
  readonly following?: Following;
  /** Set if a member posts. */
  readonly post?: Post;
  /** Whether it is stored even if it changes nothing: an earlier attempt in doubt can then no longer be stored. */
  readonly always?: boolean;
  /** If something is due: how late it is noticed, in milliseconds. */
  readonly lateMs?: number | undefined;
}

/** A decision that was sent to Redis. Without an answer it may be stored or not. */
interface Attempt<K extends Kind, Reply> {
  readonly id: string;
  readonly request: Request<K, Reply>;
  readonly keys: readonly string[];
  readonly args: readonly string[];
  readonly plan: Plan<K>;
  readonly state: K['State'] | null;
  readonly reply: Reply;
  readonly now: number;
  /** When the aggregate is due next, by Redis' clock. */
  readonly due: number | null;
}

/** What was stored. */
export interface Committed<K extends Kind, Reply> extends Attempt<K, Reply> {
  readonly epoch: string;
  /** Position of the newest entry before it. */
  readonly first: number;
  /** For the follower: its place now, the position from which it continues without a gap, and what it has received. */
  readonly place: number;
  readonly from: number | null;
  readonly received: number;
  readonly missed: readonly string[];
  readonly kept: readonly string[];
}

export type Outcome<K extends Kind, Reply> =
  | { readonly type: 'committed'; readonly commit: Committed<K, Reply> }
  /** There was nothing to store. */
  | { readonly type: 'unchanged'; readonly reply: Reply; readonly due: number | null }
  /** It was posted before, at this place: epoch, position and time. */
  | { readonly type: 'posted'; readonly place: string };

/** Loads the state, decides, and stores the decision if the state is still the same. */
export class Decisions<K extends Kind> {
  readonly #redis: RedisConnection;
  readonly #aggregate: Aggregate<K>;
  readonly #keys: Keys;
  readonly #feeds: Feeds<K>;
  readonly #dues: Dues;
  readonly #nodeId: string;
  readonly #options: LogOptions;
  readonly #loads: Loads<K>;
  readonly #onStored: (commit: Committed<K, unknown>) => void;
  /** The attempts without an answer, by aggregate. */
  readonly #doubtful = new Map<string, Attempt<K, unknown>[]>();

  constructor(parts: {
    redis: RedisConnection;
    aggregate: Aggregate<K>;
    keys: Keys;
    feeds: Feeds<K>;
    dues: Dues;
    nodeId: string;
    time: SteadyTime;
    options: LogOptions;
    /** Called once for each stored decision, even if its answer was lost and it is found later. */
    onStored: (commit: Committed<K, unknown>) => void;
  }) {
    this.#redis = parts.redis;
    this.#aggregate = parts.aggregate;
    this.#keys = parts.keys;
    this.#feeds = parts.feeds;
    this.#dues = parts.dues;
    this.#nodeId = parts.nodeId;
    this.#options = parts.options;
    this.#loads = new Loads(parts);
    this.#onStored = parts.onStored;
  }

  /** @throws what `decide` throws, UnavailableError */
  async make<Reply>(request: Request<K, Reply>): Promise<Outcome<K, Reply>> {
    for (let conflicts = 0; conflicts <= CONFLICTS; conflicts += 1) {
      const outcome = await this.#once(request);
      if (outcome !== null) return outcome;
    }
    throw new UnavailableError('Too many changes at once; try again in a moment.');
  }

  /** The attempts of a request that may be stored although no answer came. */
  doubtful(request: Request<K, unknown>): readonly Attempt<K, unknown>[] {
    return this.#doubtful.get(request.key)?.filter((one) => one.request === request) ?? [];
  }

  /** Finds out whether the attempts in doubt were stored. @throws UnavailableError */
  async clear(key: string): Promise<void> {
    const { attempt } = await this.#loads.load(key);
    await this.#findOut(key, attempt);
    this.#doubtful.delete(key);
  }

  /** The present state; null if there is none. @throws UnavailableError */
  async read(key: string): Promise<K['State'] | null> {
    return (await this.#loads.load(key)).state;
  }

  /** Null if another decision came first. */
  async #once<Reply>(request: Request<K, Reply>): Promise<Outcome<K, Reply> | null> {
    const { key, decide, post, always, lateMs } = request;
    const loaded = await this.#loads.load(key, post);
    const found = await this.#findOut(key, loaded.attempt);
    if (found !== null) return isOf(found, request) ? { type: 'committed', commit: found } : null;
    if (loaded.before !== '') return { type: 'posted', place: loaded.before };
    const { state } = loaded;
    const dueAt = state === null ? null : this.#aggregate.dueAt(state);
    const moment = momentOf(loaded, dueAt, lateMs ?? null);
    const { aheadMs } = moment;
    if (dueAt !== null && aheadMs !== loaded.aheadMs && always !== true) {
      // It is stored before anything else, or the time would stand still for those who are refused.
      await this.make({ key, decide: keep, always: true, lateMs });
      return null;
    }
    const doubtful = this.#doubtful.get(key) ?? [];
    // Later than what is in doubt, so that no hold gets the fence of an attempt that is undone later.
    const now = Math.max(moment.now, ...doubtful.map((attempt) => attempt.now + 1));
    const decision = decide(state, { now, aheadMs, node: this.#nodeId });
    const before = dueOf(this.#aggregate, state, aheadMs);
    if (decision.state === state && decision.steps.length === 0 && always !== true) {
      return { type: 'unchanged', reply: decision.reply, due: before };
    }
    const at = { ...moment, now };
    const plan = this.#plan(request, state, at, decision);
    const due = dueOf(this.#aggregate, decision.state, aheadMs);
    const attempt = this.#attempt(request, loaded.revision, at, { ...decision, plan, due });
    if (due !== dueOf(this.#aggregate, state, loaded.aheadMs)) this.#dues.note(key, due);
    this.#doubtful.set(key, [...doubtful, attempt]);
    const { kind, record, commit } = await this.#store(attempt);
    if (kind !== 'done') {
      this.#doubtful.set(key, doubtful);
      const other = await this.#findOut(key, record);
      if (doubtful.length === 0) this.#doubtful.delete(key);
      return other !== null && isOf(other, request) ? { type: 'committed', commit: other } : null;
    }
    // Attempts in doubt can no longer be stored, because the revision has changed.
    this.#doubtful.delete(key);
    this.#onStored(commit);
    return { type: 'committed', commit };
  }

  /** Handles an attempt in doubt that turns out to be the last one this node stored. */
  async #findOut(key: string, record: string): Promise<Committed<K, unknown> | null> {
    const found = this.#doubtful.get(key)?.find(({ id }) => record.startsWith(`${id} `));
    if (found === undefined) return null;
    const { commit } = await this.#store(found);
    this.#doubtful.delete(key);
    this.#onStored(commit);
    return commit;
  }

  #plan<Reply>(
    { key, post, following }: Request<K, Reply>,
    state: K['State'] | null,
    { now, evenNow }: Moment,
    decision: ReturnType<Decide<K, Reply>>,
  ): Plan<K> {
    const feed = this.#feeds.find(key);
    const receivedHere = (id: string) => {
      const follower = feed?.followers.get(id);
      return { epoch: follower?.epoch ?? '', through: follower?.inbox?.receivedThrough ?? -1 };
    };
    const parts = { aggregate: this.#aggregate, keys: this.#keys, key, now, evenNow, receivedHere };
    const plan = new Plan(parts, state, decision, following ?? null);
    if (post !== undefined && post.id !== '' && state !== null) {
      const follower = this.#aggregate
        .followers(state)
        .find(({ member }) => member === post.member);
      if (follower !== undefined) plan.post(follower.id, post.id);
    }
    return plan;
  }

  #attempt<Reply>(
    request: Request<K, Reply>,
    revision: string,
    { now, aheadMs, steady }: Moment,
    made: { state: K['State'] | null; reply: Reply; plan: Plan<K>; due: number | null },
  ): Attempt<K, Reply> {
    const id = newId();
    const { key } = request;
    const { state, plan } = made;
    const { replayEvents, replayBytes, historyMessages } = this.#options;
    const followed = state !== null && this.#aggregate.followers(state).length > 0;
    return {
      ...made,
      id,
      request,
      now,
      keys: [this.#keys.hash(key), this.#keys.tail(key), this.#keys.kept(key)],
      args: [
        ...[id, this.#nodeId, revision, state === null ? '' : JSON.stringify(state)],
        ...[String(now), String(aheadMs), this.#redis.identity, newEpoch(now)],
        ...[String(replayEvents), String(replayBytes), String(historyMessages)],
        ...[followed ? '' : '1', `${now} ${steady}`, ...plan.args],
      ],
    };
  }

  async #store<Reply>(
    attempt: Attempt<K, Reply>,
  ): Promise<{ kind: string; record: string; commit: Committed<K, Reply> }> {
    const { keys, args, id, state, request } = attempt;
    const [kind, told, missed, kept] = items(await this.#redis.call(scripts.commit, keys, args));
    const record = text(told);
    const [, epoch = '', first, place = '-', from = '-', received = '-'] = record.split(' ');
    const feed = this.#feeds.find(request.key);
    if (feed !== null && text(kind) === 'done') feed.known = { revision: id, state };
    const commit = {
      ...attempt,
      epoch,
      first: Number(first),
      place: place === '-' ? 0 : Number(place),
      from: from === '-' ? null : Number(from),
      received: received === '-' ? -1 : Number(received),
      missed: texts(missed),
      kept: texts(kept),
    };
    return { kind: text(kind), record, commit };
  }
}

function isOf<K extends Kind, Reply>(
  commit: Committed<K, unknown>,
  request: Request<K, Reply>,
): commit is Committed<K, Reply> {
  return commit.request === request;
}

function keep<K extends Kind>(state: K['State'] | null): Decision<K, undefined> {
  return { state, steps: [], reply: undefined };
}

function dueOf<K extends Kind>(
  aggregate: Aggregate<K>,
  state: K['State'] | null,
  aheadMs: number,
): number | null {
  const due = state === null ? null : aggregate.dueAt(state);
  return due === null ? null : due - aheadMs;
}
