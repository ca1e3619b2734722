import type { Context, Decide, Decision, Entry, Kind, Step } from '../log.ts';
import type { Call, CallEndReason, CallLeg, LegState } from './call.ts';
import { CallEndedError } from './errors.ts';
import { asks, type CallRecord, tells, workOf } from './state.ts';

/** After how long what is left to do is done by any node, if the node that began it has not done it; in milliseconds. */
export const PURSUE_MS = 2000;
/** How long an ended call is remembered, so that late requests get the right answer; in milliseconds. */
export const REMEMBERED_MS = 600_000;

/**
 * How often the room of an answered call is looked at until everybody has joined it, in milliseconds. Somebody who joins
 * and leaves between two looks is not seen, and would never count as having left.
 */
export const LOOK_SOON_MS = 3000;

/** What observers outside the call are told. */
export type CallFact =
  /** Something is left to do, see `workOf`: somebody has to be asked, or to be told. */
  | { readonly type: 'work'; readonly asks: boolean; readonly tells: boolean }
  /** Its room is to be looked at. */
  | { readonly type: 'look'; readonly call: Call }
  | { readonly type: 'call.ended'; readonly call: Call }
  | {
      readonly type: 'call.ringing' | 'call.answered' | 'call.missed';
      readonly call: Call;
      readonly userId: string;
    };

/** The types of a call that a log needs. Nobody follows a call: people follow their own log. */
export interface CallKind extends Kind {
  State: CallRecord;
  Body: { readonly type: 'none' };
  Entry: Entry;
  Kept: object;
  Fact: CallFact;
  Answer: 'none';
  News: Record<string, never>;
}

export type CallDecide<Reply> = Decide<CallKind, Reply>;

/** Limits that are the same for all calls. */
export interface CallOptions {
  /** How long a call rings, in milliseconds. */
  readonly ringMs: number;
  /** How long the room of an answered call may be empty, in milliseconds. */
  readonly graceMs: number;
}

/** One decision while it is being made: the record and the facts so far. Nobody else sees it. */
export class CallCourse {
  record: CallRecord;
  readonly #before: CallRecord | null;
  readonly #steps: Step<CallKind>[] = [];

  constructor(
    before: CallRecord | null,
    record: CallRecord,
    readonly context: Context,
  ) {
    this.#before = before;
    this.record = record;
  }

  get call(): Call {
    return this.record.call;
  }

  note(fact: CallFact): void {
    this.#steps.push({ type: 'note', fact });
  }

  /** Changes what nobody outside is told of. */
  keep(change: Partial<Omit<CallRecord, 'call'>>): void {
    this.record = { ...this.record, ...change };
  }

  /** Changes what everybody in the call is told of. */
  change(change: Partial<Call>): void {
    const { call } = this.record;
    this.record = { ...this.record, call: { ...call, ...change, revision: call.revision + 1 } };
  }

  /** Gives legs a new state. */
  move(legs: readonly CallLeg[], state: LegState): void {
    const { now } = this.context;
    const ids = new Set(legs.map(({ user }) => user.id));
    if (ids.size === 0) return;
    const moved = (leg: CallLeg) => (ids.has(leg.user.id) ? { ...leg, state, at: now } : leg);
    this.change({ legs: this.call.legs.map(moved) });
  }

  /** The legs that ring. */
  ringing(): CallLeg[] {
    return this.call.legs.filter(({ state }) => state === 'RINGING');
  }

  end(reason: CallEndReason): void {
    this.change({ state: 'ENDED', endedAt: this.context.now, reason });
    this.keep({ lookAt: null, emptySince: null });
    this.note({ type: 'call.ended', call: this.call });
  }

  /** Tells observers that these callees have missed the call. */
  miss(legs: readonly CallLeg[]): void {
    for (const { user } of legs) {
      this.note({ type: 'call.missed', call: this.call, userId: user.id });
    }
  }

  /** The decision. If nothing changed, its state is the same object as before. */
  decision<Reply>(reply: Reply): Decision<CallKind, Reply> {
    if (this.record === this.#before && this.#steps.length === 0) {
      return { state: this.#before, steps: [], reply };
    }
    const { now } = this.context;
    const work = workOf(this.record);
    const { call, forgetAt } = this.record;
    const isOver = call.state === 'ENDED' && work === null;
    this.keep({
      pursueAt: work === null ? null : now + PURSUE_MS,
      forgetAt: isOver ? (forgetAt ?? now + REMEMBERED_MS) : null,
    });
    if (work !== null) this.note({ type: 'work', asks: asks(work), tells: tells(work) });
    return { state: this.record, steps: this.#steps, reply };
  }
}

/** Turns `work` on an existing call into a decision. An error that it throws refuses the command. */
export function decidingCall<Reply>(work: (course: CallCourse) => Reply): CallDecide<Reply> {
  return (state, context) => {
    if (state === null) throw new CallEndedError();
    const course = new CallCourse(state, state, context);
    return course.decision(work(course));
  };
}

/** As {@link decidingCall}, for what does nothing if the call is not known (any more). */
export function decidingIfKnown(work: (course: CallCourse) => void): CallDecide<void> {
  const decide = decidingCall(work);
  return (state, context) =>
    state === null ? { state, steps: [], reply: undefined } : decide(state, context);
}
