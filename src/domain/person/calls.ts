import type { User } from '../accounts/account.ts';
import { type Call, type CallEndReason, concerns, legOf } from '../call/call.ts';
import { decidingIfKnown, decidingPerson, type PersonCourse, type PersonDecide } from './course.ts';
import { isPartOf, type OwnCall } from './state.ts';

/** After how long an answered call is checked, and a ringing one after its time, in milliseconds. */
const ACTIVE_CHECK_MS = 60_000;
const RINGING_CHECK_MS = 3000;
/** After how long a call that is to be left is left by any node, if the node that should has not; in milliseconds. */
const LEAVE_CHECK_MS = 2000;
/** How many calls one person may have: the one that they are in, and one that knocks. */
const CALLS_MAX = 2;
/** How long an ended call is remembered at least, in milliseconds. */
const OVER_MS = 60_000;

/** The answer to a claim. */
export type Claim =
  /** The person is in the call: as its caller, or because their devices ring. */
  | { readonly how: 'CLAIMED' }
  /** As far as their log knows, the person is in this other call. */
  | { readonly how: 'BUSY'; readonly other: Call }
  | { readonly how: 'UNREACHABLE' }
  /** The person rings the other side of this call at the same time, or is rung by it. */
  | { readonly how: 'MUTUAL'; readonly other: Call }
  /** The call rings no more. */
  | { readonly how: 'OVER' };

/**
 * Puts the caller of a call into it. From then on nobody can ring them. A repeated claim has the same answer.
 */
export function claimCaller(call: Call): PersonDecide<Claim> {
  return decidingPerson(call.caller, (course) => {
    const earlier = before(course, call);
    if (earlier !== null) return earlier;
    const others = course.state.calls.map((own) => own.call);
    const [first] = others;
    if (first !== undefined) {
      const rungBy = (other: Call) =>
        other.state === 'RINGING' &&
        legOf(call, other.caller.id) !== null &&
        legOf(other, call.caller.id)?.state === 'RINGING';
      const busyWith = others.find((other) => isPartOf(other, call.caller.id));
      const mutual = busyWith === undefined ? others.find(rungBy) : undefined;
      if (mutual !== undefined) return { how: 'MUTUAL', other: mutual };
      return { how: 'BUSY', other: busyWith ?? first };
    }
    tellUpdated(course, call);
    return { how: 'CLAIMED' };
  });
}

/**
 * Keeps the caller of a call out of it for good, unless they are in it already: another node may have claimed them, and
 * one that does so later has to come to the same end. Answers whether they are kept out.
 */
export function refuseCaller(call: Call): PersonDecide<boolean> {
  return decidingPerson(call.caller, (course) => {
    if (course.state.calls.some((own) => own.call.id === call.id)) return false;
    if (!isOver(course, call)) {
      course.overCall({
        id: call.id,
        until: rememberedUntil(course, call),
        madeAt: call.createdAt,
      });
    }
    return true;
  });
}

/**
 * Lets the devices of a callee ring. A repeated claim has the same answer.
 *
 * @param may.wait whether the ring may wait for a callee without a device online
 * @param may.knock whether it may ring although the callee has another call
 */
export function claimCallee(
  user: User,
  call: Call,
  may: { readonly wait: boolean; readonly knock: boolean },
): PersonDecide<Claim> {
  return decidingPerson(user, (course) => {
    const earlier = before(course, call);
    if (earlier !== null) return earlier;
    const others = course.state.calls.map((own) => own.call);
    const mutual = others.find(
      (other) =>
        other.state === 'RINGING' &&
        other.caller.id === user.id &&
        legOf(other, call.caller.id)?.state === 'RINGING',
    );
    if (mutual !== undefined) return { how: 'MUTUAL', other: mutual };
    // With call waiting, the first call did not make the person busy; the second one does.
    const busyWith = may.knock ? others[CALLS_MAX - 1] : others[0];
    if (busyWith !== undefined) return { how: 'BUSY', other: busyWith };
    if (course.state.devices.length === 0 && !may.wait) return { how: 'UNREACHABLE' };
    put(course, call);
    course.tell({ type: 'CallRinging', call, waiting: others.length > 0 });
    return { how: 'CLAIMED' };
  });
}

/** The answer to a claim that is clear already; null if it is not. */
function before(course: PersonCourse, call: Call): Claim | null {
  const { calls } = course.state;
  if (isOver(course, call)) return { how: 'OVER' };
  const own = calls.find((one) => one.call.id === call.id);
  if (own !== undefined) {
    // Whoever claims a person relies on the person knowing the call as it is now. Another node may have claimed the
    // person before the call changed.
    if (own.call.revision < call.revision) tellUpdated(course, call);
    return { how: 'CLAIMED' };
  }
  return course.context.now >= endOf(course, call) ? { how: 'OVER' } : null;
}

/** Tells the devices of a user how a call of theirs is now. What is older than what they know changes nothing. */
export function hear(user: User, call: Call): PersonDecide<void> {
  return decidingPerson(user, (course) => {
    if (isOver(course, call)) return;
    const own = course.state.calls.find((one) => one.call.id === call.id);
    if (own !== undefined && own.call.revision >= call.revision) return;
    if (!concerns(call, user.id)) return endCall(course, own, call);
    // Only a claim lets the devices of a callee ring.
    if (own === undefined && legOf(call, user.id)?.state === 'RINGING') return;
    tellUpdated(course, call);
  });
}

function tellUpdated(course: PersonCourse, call: Call): void {
  put(course, call);
  course.tell({ type: 'CallUpdated', call });
}

/** Nothing is known of a call any more, so it ends for the person. */
export function drop(callId: string): PersonDecide<void> {
  return decidingIfKnown((course) => {
    const own = course.state.calls.find(({ call }) => call.id === callId);
    if (own === undefined) return;
    const { now: endedAt } = course.context;
    const call: Call = { ...own.call, state: 'ENDED', endedAt, reason: 'ABANDONED' };
    endCall(course, own, call);
  });
}

/** Whether a call is known to have ended for the person. */
function isOver({ state }: PersonCourse, { id, createdAt }: Call): boolean {
  return state.over.some((one) => one.id === id && (one.madeAt ?? createdAt) === createdAt);
}

function rememberedUntil(course: PersonCourse, call: Call): number {
  return Math.max(course.context.now + OVER_MS, endOf(course, call));
}

/** When a call rings no more, by the time of the person's log: that of the call may differ after a clock was set. */
function endOf({ context }: PersonCourse, { expiresAt }: Call): number {
  return expiresAt + context.aheadMs;
}

function endCall(course: PersonCourse, own: OwnCall | undefined, call: Call): void {
  course.overCall({ id: call.id, until: rememberedUntil(course, call) });
  if (own === undefined) return;
  course.tell({ type: 'CallEnded', call, reason: reasonFor(call, course.state.user.id) });
}

/** Why a call has ended for a user; perhaps it goes on for others. */
function reasonFor(call: Call, userId: string): CallEndReason {
  if (call.reason !== null) return call.reason;
  switch (legOf(call, userId)?.state) {
    case 'DECLINED':
      return 'DECLINED';
    case 'BUSY':
      return 'BUSY';
    case 'UNREACHABLE':
      return 'UNREACHABLE';
    case 'CANCELLED':
      return 'CANCELLED';
    default:
      return 'MISSED';
  }
}

function put(course: PersonCourse, call: Call): void {
  const { now } = course.context;
  const { user, calls } = course.state;
  const known = calls.find((own) => own.call.id === call.id);
  const hasAnswered = isPartOf(call, user.id) && !(known && isPartOf(known.call, user.id));
  const isRinging = call.state === 'RINGING';
  const checkAt = isRinging ? endOf(course, call) + RINGING_CHECK_MS : now + ACTIVE_CHECK_MS;
  course.putCall(known?.left === true ? { ...known, call } : { call, checkAt });
  if (hasAnswered) leaveOthers(course, call);
}

/** Nobody is in two calls: who answers one leaves the other. What rings or knocks goes on doing so. */
function leaveOthers(course: PersonCourse, answered: Call): void {
  const { user, calls } = course.state;
  for (const own of calls) {
    const { call, left } = own;
    if (call.id === answered.id || left === true || !isPartOf(call, user.id)) continue;
    course.putCall({ ...own, left: true, checkAt: course.context.now + LEAVE_CHECK_MS });
    course.note({ type: 'leave', userId: user.id, callId: call.id });
  }
}
