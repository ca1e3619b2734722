import { type Call, type CallLeg, legOf } from './call.ts';
import {
  type CallCourse,
  type CallDecide,
  type CallOptions,
  decidingCall,
  decidingIfKnown,
  LOOK_SOON_MS,
} from './course.ts';
import { AnsweredElsewhereError, CallAnsweredError, CallEndedError } from './errors.ts';
import { endIfNobodyIsLeft } from './ringing.ts';

/** Stands for the client of somebody who rang the caller at the same time. */
const BY_RINGING = '';

/**
 * A callee accepts with a client. The same client may ask again and gets the same answer.
 *
 * @throws CallEndedError, AnsweredElsewhereError
 */
export function accept(userId: string, clientKey: string, options: CallOptions): CallDecide<Call> {
  return decidingCall((course) => {
    const leg = ownLeg(course, userId);
    const { call, record } = course;
    if (call.state === 'ENDED') throw new CallEndedError();
    if (leg.state === 'ACCEPTED') {
      if (record.answeredBy[userId] !== clientKey) throw new AnsweredElsewhereError();
      return call;
    }
    if (leg.state !== 'RINGING' || isOver(course)) throw new CallEndedError();
    answer(course, leg, clientKey, options);
    return course.call;
  });
}

/** A callee is in the call because they rang its caller; answers whether they are. */
export function acceptByRinging(userId: string, options: CallOptions): CallDecide<boolean> {
  return decidingCall((course) => {
    const leg = legOf(course.call, userId);
    if (leg === null || course.call.state === 'ENDED') return false;
    if (leg.state === 'ACCEPTED') return true;
    if (leg.state !== 'RINGING' || isOver(course)) return false;
    answer(course, leg, BY_RINGING, options);
    return true;
  });
}

/** @throws CallEndedError, AnsweredElsewhereError */
export function decline(userId: string): CallDecide<Call> {
  return decidingCall((course) => {
    const leg = ownLeg(course, userId);
    if (leg.state === 'DECLINED') return course.call;
    if (course.call.state === 'ENDED') throw new CallEndedError();
    if (leg.state === 'ACCEPTED') throw new AnsweredElsewhereError();
    if (leg.state !== 'RINGING' || isOver(course)) throw new CallEndedError();
    course.move([leg], 'DECLINED');
    endIfNobodyIsLeft(course);
    return course.call;
  });
}

/**
 * The caller gives up those who have not answered yet; if nobody has, the call ends.
 *
 * @throws CallEndedError, CallAnsweredError
 */
export function cancel(userId: string): CallDecide<Call> {
  return decidingCall((course) => {
    const { call } = course;
    if (call.caller.id !== userId) throw new CallEndedError();
    if (call.state === 'ENDED') {
      if (call.reason !== 'CANCELLED') throw new CallEndedError();
      return call;
    }
    const ringing = course.ringing();
    if (ringing.length > 0 && isOver(course)) throw new CallEndedError();
    if (ringing.length === 0) throw new CallAnsweredError();
    course.move(ringing, 'CANCELLED');
    if (call.state === 'RINGING') course.end('CANCELLED');
    course.miss(ringing);
    return course.call;
  });
}

/** The last device of somebody is gone. A caller gives up; a callee who has not answered has missed the call. */
export function lose(userId: string): CallDecide<void> {
  return decidingIfKnown((course) => {
    const { call } = course;
    if (call.state === 'ENDED') return;
    if (call.caller.id === userId && call.state === 'RINGING') {
      const ringing = course.ringing();
      course.move(ringing, 'CANCELLED');
      course.end('CANCELLED');
      course.miss(ringing);
      return;
    }
    const leg = legOf(call, userId);
    if (leg?.state !== 'RINGING') return;
    course.move([leg], 'MISSED');
    course.miss([leg]);
    endIfNobodyIsLeft(course);
  });
}

function answer(
  course: CallCourse,
  leg: CallLeg,
  clientKey: string,
  { graceMs }: CallOptions,
): void {
  const { now } = course.context;
  const userId = leg.user.id;
  course.move([leg], 'ACCEPTED');
  course.keep({ answeredBy: { ...course.record.answeredBy, [userId]: clientKey } });
  if (course.call.state === 'RINGING') {
    // One change for both: everybody is told once.
    const { call } = course;
    course.record = { ...course.record, call: { ...call, state: 'ACTIVE', answeredAt: now } };
    // From now on people join the room, so nobody is in it yet.
    course.keep({ emptySince: now, lookAt: now + Math.min(graceMs, LOOK_SOON_MS) });
  }
  course.note({ type: 'call.answered', call: course.call, userId });
}

/** @throws CallEndedError if the user is not called by it */
function ownLeg({ call }: CallCourse, userId: string): CallLeg {
  const leg = legOf(call, userId);
  if (leg === null) throw new CallEndedError();
  return leg;
}

/** Whether its time to ring is over, even if the record does not say so yet. */
function isOver({ call, context }: CallCourse): boolean {
  return context.now >= call.expiresAt;
}
