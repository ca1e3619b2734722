import { NotInRoomError, PeerNotInRoomError, RoomFullError } from '../../src/domain/errors.ts';
import { nextFence } from '../../src/domain/fence.ts';
import type {
  Aggregate,
  Context,
  Decide,
  Follower,
  Kind,
  Placed,
  Step,
  Waiter,
} from '../../src/domain/log.ts';

/** A number that members count up together, and those who wait until it is large enough: an aggregate that is no room. */
export interface CounterState {
  readonly count: number;
  readonly followers: readonly (Follower & { readonly lostAt: number | null })[];
  readonly waiters: readonly (Waiter & { readonly until: number })[];
}

export type CounterBody =
  | { readonly type: 'counted'; readonly count: number }
  | { readonly type: 'said'; readonly text: string };

export type CounterEntry = Placed &
  CounterBody &
  (
    | { readonly to: null; readonly except: string | null }
    | { readonly to: string; readonly from: string | null }
  );

export interface CounterKind extends Kind {
  State: CounterState;
  Body: CounterBody;
  Entry: CounterEntry;
  Kept: { readonly count: number; readonly position: number };
  Fact: { readonly counted: number };
  Answer: 'reached';
  News: { readonly hello: string };
}

type CounterDecide<Reply> = Decide<CounterKind, Reply>;

const NONE: CounterState = { count: 0, followers: [], waiters: [] };
/** No more than this. */
export const MOST = 1000;

function remaining(state: CounterState): CounterState | null {
  return state.followers.length === 0 && state.waiters.length === 0 && state.count === 0
    ? null
    : state;
}

/** Begins to follow, or goes on: by the same id. */
export function join(
  id: string,
  member: string,
  session = `session of ${member}`,
): CounterDecide<number> {
  return (before, { node, now }) => {
    const state = before ?? NONE;
    const known = state.followers.find((follower) => follower.id === id);
    const fence = nextFence(known?.fence ?? 0, now);
    const follower = { id, member, session, node, fence, lostAt: null };
    const others = state.followers.filter((other) => other !== known);
    const { lostAt: _, ...plain } = follower;
    const step: Step<CounterKind> =
      known === undefined
        ? { type: 'begin', follower: plain }
        : { type: 'hold', follower: plain, lostAt: known.lostAt };
    return {
      state: { ...state, followers: [...others, follower] },
      steps: [step],
      reply: state.count,
    };
  };
}

/** Counts on, tells all and answers the count; whoever waits for it is told. @throws RoomFullError beyond {@link MOST} */
export function count(by = 1, except: string | null = null): CounterDecide<number> {
  return (before) => {
    const state = before ?? NONE;
    const now = state.count + by;
    if (now > MOST) throw new RoomFullError(MOST);
    const steps: Step<CounterKind>[] = [];
    if (state.followers.length > 0) {
      steps.push({ type: 'tell', body: { type: 'counted', count: now }, except, kept: true });
    }
    const reached = state.waiters.filter(({ until }) => until <= now);
    for (const { until: _, ...waiter } of reached)
      steps.push({ type: 'answer', waiter, answer: 'reached' });
    steps.push({ type: 'note', fact: { counted: now } });
    const waiters = state.waiters.filter(({ until }) => until > now);
    return { state: { ...state, count: now, waiters }, steps, reply: now };
  };
}

/** Says something to one alone. */
export function whisper(to: string, text: string): CounterDecide<void> {
  return (state) => ({
    state,
    steps: [{ type: 'notify', to, from: null, body: { type: 'said', text } }],
    reply: undefined,
  });
}

export function waitFor(
  id: string,
  until: number,
  session = 'somebody’s',
  member = 'somebody',
): CounterDecide<void> {
  return (before, { node }) => {
    const state = before ?? NONE;
    const waiter = { id, member, session, node };
    return {
      state: { ...state, waiters: [...state.waiters, { ...waiter, until }] },
      steps: [{ type: 'await', waiter }],
      reply: undefined,
    };
  };
}

export function end(id: string): CounterDecide<boolean> {
  return (before) => {
    const state = before ?? NONE;
    const followers = state.followers.filter((follower) => follower.id !== id);
    if (followers.length === state.followers.length)
      return { state: before, steps: [], reply: false };
    return {
      state: remaining({ ...state, followers }),
      steps: [{ type: 'end', id }],
      reply: true,
    };
  };
}

/** Everything back to nothing; who follows ends. */
export function reset(): CounterDecide<void> {
  return (before) => ({
    state: null,
    steps: (before?.followers ?? []).map(({ id }) => ({ type: 'end', id }) as const),
    reply: undefined,
  });
}

function lose(state: CounterState, lost: (follower: Follower) => boolean, { now, node }: Context) {
  const steps: Step<CounterKind>[] = [];
  const followers = state.followers.map((follower) => {
    if (!lost(follower)) return follower;
    const { lostAt, ...plain } = follower;
    const taken =
      plain.node === node ? plain : { ...plain, node, fence: nextFence(plain.fence, now) };
    steps.push({ type: 'letGo', follower: taken });
    return { ...taken, lostAt: lostAt ?? now };
  });
  return { state: steps.length === 0 ? state : { ...state, followers }, steps, reply: undefined };
}

/** The rules of a counter. Who is lost for `graceMs` ends. */
export function counterAggregate(graceMs: number): Aggregate<CounterKind> {
  return {
    name: 'counter',
    followers: ({ followers }) => followers,
    waiters: ({ waiters }) => waiters,
    dueAt({ followers }) {
      const lost = followers.flatMap(({ lostAt }) => (lostAt === null ? [] : [lostAt + graceMs]));
      return lost.length === 0 ? null : Math.min(...lost);
    },
    wake(before, { now }) {
      if (before === null) return { state: null, steps: [], reply: undefined };
      const over = before.followers.filter(
        ({ lostAt }) => lostAt !== null && now >= lostAt + graceMs,
      );
      if (over.length === 0) return { state: before, steps: [], reply: undefined };
      return {
        state: remaining({
          ...before,
          followers: before.followers.filter((follower) => !over.includes(follower)),
        }),
        steps: over.map(({ id }) => ({ type: 'end', id }) as const),
        reply: undefined,
      };
    },
    nodeLost: (node) => (before, context) => {
      if (before === null) return { state: null, steps: [], reply: undefined };
      const gone = before.waiters.filter((waiter) => waiter.node === node);
      const waiters = before.waiters.filter((waiter) => waiter.node !== node);
      const state = gone.length === 0 ? before : { ...before, waiters };
      const lost = lose(state, (follower) => follower.node === node, context);
      const ends = gone.map(
        ({ until: _, ...waiter }) => ({ type: 'answer', waiter, answer: null }) as const,
      );
      return { ...lost, steps: [...ends, ...lost.steps] };
    },
    letGo: (id, fence) => (before, context) =>
      before === null
        ? { state: null, steps: [], reply: undefined }
        : lose(
            before,
            (one) => one.id === id && one.fence === fence && one.node === context.node,
            context,
          ),
    withdraw: (id) => (before) => {
      const waiting = before?.waiters.find((waiter) => waiter.id === id);
      if (before === null || waiting === undefined)
        return { state: before, steps: [], reply: undefined };
      const { until: _, ...waiter } = waiting;
      const waiters = before.waiters.filter((other) => other !== waiting);
      return {
        state: remaining({ ...before, waiters }),
        steps: [{ type: 'answer', waiter, answer: null }],
        reply: undefined,
      };
    },
    place: (body, cursor, position, at, to, who) =>
      to === null
        ? { ...body, cursor, position, at, to, except: who }
        : { ...body, cursor, position, at, to, from: who },
    weigh: (entry) => 10 + (entry.type === 'said' ? Buffer.byteLength(entry.text) : 0),
    kept: (entry) => ({
      count: entry.type === 'counted' ? entry.count : 0,
      position: entry.position,
    }),
    write: (body) => JSON.stringify(body),
    read: (text) => JSON.parse(text),
    notFollowing: () => new NotInRoomError(),
    noAddressee: () => new PeerNotInRoomError(),
  };
}
