import type { User } from '../accounts/account.ts';
import type { Call, CallEndReason, CallMedia, CallRoom } from './call.ts';
import { legOf } from './call.ts';
import { CallCourse, type CallDecide, type CallOptions, decidingCall } from './course.ts';
import { CallEndedError } from './errors.ts';
import type { CallRecord } from './state.ts';

/** What a new call is made of. */
export interface NewCall {
  readonly id: string;
  readonly room: CallRoom;
  /** Whether the room was made for the call. */
  readonly ownRoom: boolean;
  readonly caller: User;
  readonly callees: readonly User[];
  readonly media: CallMedia;
}

/** Makes a call that rings; answers the same call if the caller has made it before. @throws CallEndedError */
export function begin(made: NewCall, { ringMs }: CallOptions): CallDecide<CallRecord> {
  return (state, context) => {
    if (state !== null && state.call.caller.id !== made.caller.id) throw new CallEndedError();
    if (state !== null) return { state, steps: [], reply: state };
    const { now } = context;
    const { id, room, caller, callees, media, ownRoom } = made;
    const record: CallRecord = {
      call: {
        ...{ id, revision: 1, room, caller, media, state: 'RINGING', createdAt: now },
        ...{ expiresAt: now + ringMs, answeredAt: null, endedAt: null, reason: null },
        legs: callees.map((user) => ({ user, state: 'RINGING', at: now })),
      },
      ...{ ownRoom, claimed: false, reached: [], told: {}, answeredBy: {}, mergedInto: null },
      ...{ settled: false, emptySince: null, visited: false, present: [] },
      ...{ pursueAt: null, lookAt: null, forgetAt: null },
    };
    const course = new CallCourse(null, record, context);
    return course.decision(record);
  };
}

/** How the question whether somebody can be rung was answered. */
export interface Reached {
  readonly userId: string;
  readonly how: 'RINGING' | 'BUSY' | 'UNREACHABLE';
}

/** What was done of what was left to do. */
export interface Progress {
  readonly claimed?: boolean;
  readonly reached?: readonly Reached[];
  readonly told?: Readonly<Record<string, number>>;
  readonly settled?: boolean;
}

/**
 * Notes what was done. Nothing of it is undone by a late or repeated report. Answers how the call is now; null if it is
 * not known any more.
 */
export function progress(done: Progress): CallDecide<Call | null> {
  const decide = decidingCall((course) => {
    const { record } = course;
    const told = { ...record.told };
    for (const [userId, revision] of Object.entries(done.told ?? {})) {
      told[userId] = Math.max(told[userId] ?? 0, revision);
    }
    const fresh = (done.reached ?? []).filter(({ userId }) => !record.reached.includes(userId));
    course.keep({
      told,
      claimed: record.claimed || done.claimed === true,
      settled: record.settled || (done.settled === true && record.call.state === 'ENDED'),
      reached: [...record.reached, ...fresh.map(({ userId }) => userId)],
    });
    if (record.call.state === 'ENDED') return course.call;
    for (const { userId, how } of fresh) {
      const leg = legOf(course.call, userId);
      if (leg?.state !== 'RINGING') continue;
      if (how === 'RINGING') {
        course.note({ type: 'call.ringing', call: course.call, userId });
      } else {
        course.move([leg], how);
        course.miss([leg]);
      }
    }
    endIfNobodyIsLeft(course);
    return course.call;
  });
  return (state, context) =>
    state === null ? { state, steps: [], reply: null } : decide(state, context);
}

/**
 * Forgets a call that nobody has been told of, because its caller is in another call. A later call with the same id was
 * made at another time, and stays.
 */
export function abandon({ createdAt }: Call): CallDecide<void> {
  return (state) => {
    const isIt = state?.call.createdAt === createdAt;
    const isUnheard = isIt && !state.claimed && state.reached.length === 0;
    return { state: isUnheard ? null : state, steps: [], reply: undefined };
  };
}

/** Ends a call that rings and that none of its callees can answer any more. */
export function endIfNobodyIsLeft(course: CallCourse): void {
  const { state, legs } = course.call;
  if (state !== 'RINGING' || course.ringing().length > 0) return;
  const reason = REASONS.find((one) => legs.some((leg) => leg.state === one));
  course.end(reason ?? 'MISSED');
}

/** Of several reasons, the first that applies is the one of the call. */
const REASONS = ['MISSED', 'DECLINED', 'BUSY', 'UNREACHABLE'] as const satisfies CallEndReason[];

/**
 * Ends a call that rings, because the call `into` rings in the other direction and goes on. Answers whether it did, also
 * if it had done so before; false: it has been answered, or has ended.
 */
export function mergeInto(into: string): CallDecide<boolean> {
  return decidingCall((course) => {
    const { record, call } = course;
    if (record.mergedInto !== null) return record.mergedInto === into;
    if (call.state !== 'RINGING' || course.context.now >= call.expiresAt) return false;
    course.keep({ mergedInto: into });
    course.move(course.ringing(), 'CANCELLED');
    course.end('MERGED');
    return true;
  });
}
