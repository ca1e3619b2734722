import { parseCursor } from '../../domain/cursor.ts';
import type { Aggregate, Decision, Follower, Kind, Step } from '../../domain/log.ts';
import type { Keys } from './keys.ts';
import { storable, writeWord } from './message.ts';

/** A fact, and how many entries of its decision come before it. */
export interface Noted<K extends Kind> {
  readonly fact: K['Fact'];
  readonly entries: number;
}

/** How the caller wants to follow. */
export interface Following {
  /** The last cursor that the client has; null: the position that is known to be received counts. */
  readonly after: string | null;
  readonly replayMs: number;
}

interface PlannedEntry {
  readonly head: readonly [to: string, who: string];
  readonly tail: readonly string[];
  readonly nodes: readonly string[];
  readonly ends: string[];
}

/** Of which log an inbox here knows its follower to have received everything, and through where; -1 if unknown. */
interface Received {
  readonly epoch: string;
  readonly through: number;
}

/** A decision as arguments of commit.lua. */
export class Plan<K extends Kind> {
  readonly notes: Noted<K>[] = [];
  /** Followers that nobody holds any more. */
  readonly released: Follower[] = [];
  /** The follower that begins or is held again. */
  followed: Follower | null = null;
  readonly #aggregate: Aggregate<K>;
  readonly #keys: Keys;
  readonly #key: string;
  readonly #now: number;
  readonly #evenNow: number;
  readonly #following: Following | null;
  readonly #receivedHere: (followerId: string) => Received;
  readonly #steps: (readonly string[] | PlannedEntry)[] = [];
  readonly #entries: PlannedEntry[] = [];
  readonly #followers: Map<string, Follower>;

  constructor(
    parts: {
      aggregate: Aggregate<K>;
      keys: Keys;
      key: string;
      now: number;
      /** The same as if Redis' clock had not been set forward since the last decision. */
      evenNow: number;
      receivedHere: (followerId: string) => Received;
    },
    before: K['State'] | null,
    { steps }: Decision<K, unknown>,
    following: Following | null,
  ) {
    this.#aggregate = parts.aggregate;
    this.#keys = parts.keys;
    this.#key = parts.key;
    this.#now = parts.now;
    this.#evenNow = parts.evenNow;
    this.#following = following;
    this.#receivedHere = parts.receivedHere;
    const followers = before === null ? [] : this.#aggregate.followers(before);
    this.#followers = new Map(followers.map((follower) => [follower.id, follower]));
    for (const step of steps) this.#add(step);
  }

  get entries(): number {
    return this.#entries.length;
  }

  /** Stores the id of a post. */
  post(followerId: string, id: string): void {
    this.#steps.push(['post', followerId, storable(id)]);
  }

  /** The arguments, one after the other. */
  get args(): string[] {
    return this.#steps.flatMap((step) => {
      if (!('head' in step)) return step;
      const { head, ends, tail, nodes } = step;
      const ended = ends.length === 0 ? '-' : ends.join(',');
      return ['entry', ...head, ended, ...tail, String(nodes.length), ...nodes];
    });
  }

  #add(step: Step<K>): void {
    switch (step.type) {
      case 'tell':
        this.#append(step.body, null, step.except, step.kept);
        break;
      case 'notify':
        this.#append(step.body, step.to, step.from, false);
        break;
      case 'begin': {
        const { id, member, node, fence } = step.follower;
        this.#steps.push(['begin', id, member, node, String(fence)]);
        this.#follow(step.follower);
        break;
      }
      case 'hold':
        this.#hold(step.follower, step.lostAt);
        break;
      case 'letGo':
        this.#moved(step.follower, 'lost');
        this.#steps.push(this.#looksAfter(step.follower));
        this.#followers.set(step.follower.id, step.follower);
        this.released.push(step.follower);
        break;
      case 'end':
        this.#end(step.id);
        break;
      case 'await':
        break;
      case 'answer': {
        const { id, node } = step.waiter;
        if (step.answer !== null) this.#steps.push(['answer', id, step.answer]);
        this.#say(node, writeWord('answer', id, step.answer ?? '-'));
        break;
      }
      case 'note':
        this.notes.push({ fact: step.fact, entries: this.entries });
        break;
    }
  }

  #append(body: K['Body'], to: string | null, who: string | null, kept: boolean): void {
    const followers = [...this.#followers.values()];
    const told = to === null ? followers : followers.filter(({ id }) => id === to);
    const weight = this.#aggregate.weigh(this.#aggregate.place(body, '', 0, this.#now, to, who));
    const text = storable(this.#aggregate.write(body));
    const entry: PlannedEntry = {
      head: [to ?? '*', who ?? '-'],
      ends: [],
      tail: [text, String(weight), kept ? '1' : ''],
      nodes: [...new Set(told.map(({ node }) => node))],
    };
    this.#entries.push(entry);
    this.#steps.push(entry);
  }

  #hold(follower: Follower, lostAt: number | null): void {
    const { after = null, replayMs = 0 } = this.#following ?? {};
    // An invalid cursor counts as one of a log that does not exist.
    const from = after === null ? { epoch: '', position: 0 } : parseCursor(after);
    this.#moved(follower, 'moved');
    this.#steps.push([
      'hold',
      follower.id,
      follower.node,
      String(follower.fence),
      from?.epoch ?? '-',
      String(from?.position ?? 0),
      ...this.#received(follower.id),
      String((lostAt ?? this.#evenNow) - replayMs),
    ]);
    this.#follow(follower);
  }

  #looksAfter({ id, node, fence }: Follower): readonly string[] {
    return ['node', id, node, String(fence), ...this.#received(id)];
  }

  #received(followerId: string): readonly string[] {
    const { epoch, through } = this.#receivedHere(followerId);
    return [epoch, String(through)];
  }

  #follow(follower: Follower): void {
    this.#followers.set(follower.id, follower);
    this.followed = follower;
  }

  /** Tells the node that held a follower that it does not hold it any more. */
  #moved({ id, node, fence }: Follower, what: 'moved' | 'lost'): void {
    const before = this.#followers.get(id)?.node ?? node;
    if (before !== node) this.#say(before, writeWord(what, id, String(fence)));
  }

  #end(id: string): void {
    const follower = this.#followers.get(id);
    if (follower === undefined) return;
    const { node, member } = follower;
    this.#followers.delete(id);
    const last = this.#entries.findLast(({ nodes }) => nodes.includes(node));
    if (last === undefined) this.#say(node, writeWord('ended', id, '-'));
    else last.ends.push(id);
    this.#steps.push(['finish', id, member]);
  }

  #say(node: string, word: string): void {
    this.#steps.push(['tell', this.#keys.channel(this.#key, node), word]);
  }
}
