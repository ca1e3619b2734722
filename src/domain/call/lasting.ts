import { type Call, peopleOf, rings } from './call.ts';
import {
  type CallCourse,
  type CallDecide,
  type CallOptions,
  decidingCall,
  decidingIfKnown,
} from './course.ts';
import { endIfNobodyIsLeft } from './ringing.ts';
import type { CallRecord } from './state.ts';

/** How often the room of an answered call is looked at, in milliseconds: a node may have died before it told. */
const LOOK_MS = 15_000;
/** The same until everybody has come: somebody who came and went between two looks would not be noticed. */
const LOOK_SOON_MS = 3000;

/** Somebody has left the room of the call for good. A call of two then ends. */
export function left(userId: string): CallDecide<void> {
  return decidingIfKnown((course) => {
    const { call, record } = course;
    if (call.state !== 'ACTIVE' || !peopleOf(call).includes(userId)) return;
    course.keep({ visited: true });
    if (call.legs.length === 1) hangUp(course);
    else
      course.keep({
        present: record.present.filter((id) => id !== userId),
        lookAt: course.context.now,
      });
  });
}

/** Somebody has looked at the room of the call and found these users. */
export function looked(found: readonly string[], { graceMs }: CallOptions): CallDecide<void> {
  return decidingIfKnown((course) => {
    const { call, record } = course;
    if (call.state !== 'ACTIVE') return;
    const { now } = course.context;
    const present = peopleOf(call).filter((id) => found.includes(id));
    const gone = record.present.filter((id) => !present.includes(id));
    const isSoon = call.answeredAt !== null && now < call.answeredAt + graceMs;
    const againMs = isSoon && present.length < answeredBy(call) ? LOOK_SOON_MS : LOOK_MS;
    if (gone.length > 0 && call.legs.length === 1 && record.emptySince !== null)
      return hangUp(course);
    if (present.length > 0) {
      // Somebody who was seen before is missing: the next look decides, because this one may have been late.
      const isAlone = call.legs.length === 1 && gone.length > 0;
      course.keep({
        ...(isAlone ? { emptySince: now } : { emptySince: null, present, visited: true }),
        lookAt: now + (isAlone ? 1000 : againMs),
      });
      return;
    }
    const emptySince = record.emptySince ?? now;
    if (now >= emptySince + graceMs) return hangUp(course);
    course.keep({ emptySince, lookAt: Math.min(emptySince + graceMs, now + againMs) });
  });
}

/** How many people are in the call: its caller, and who has accepted. */
function answeredBy({ legs }: Call): number {
  return 1 + legs.filter(({ state }) => state === 'ACCEPTED').length;
}

function hangUp(course: CallCourse): void {
  const ringing = course.ringing();
  course.move(ringing, 'CANCELLED');
  course.end(course.record.visited ? 'HUNG_UP' : 'ABANDONED');
  course.miss(ringing);
}

/** Runs when something is due: ends what rings too long, and has done what is left to do. */
export function wake(): CallDecide<void> {
  const decide = decidingCall((course) => {
    const { now } = course.context;
    const { call, record } = course;
    const ringing = course.ringing();
    if (ringing.length > 0 && now >= call.expiresAt) {
      course.move(ringing, 'MISSED');
      course.miss(ringing);
      endIfNobodyIsLeft(course);
    }
    if (record.lookAt !== null && now >= record.lookAt && course.call.state === 'ACTIVE') {
      course.keep({ lookAt: now + LOOK_MS });
      course.note({ type: 'look', call: course.call });
    }
    // Whatever is left to do is noted again, with a new time.
    if (record.pursueAt !== null && now >= record.pursueAt) course.keep({ pursueAt: null });
  });
  return (state, context) => {
    const isForgotten = state?.forgetAt != null && context.now >= state.forgetAt;
    if (state === null || isForgotten) return { state: null, steps: [], reply: undefined };
    const due = dueAt(state);
    if (due === null || context.now < due) return { state, steps: [], reply: undefined };
    return decide(state, context);
  };
}

/** When {@link wake} has something to do, in milliseconds since the Unix epoch. */
export function dueAt({ call, pursueAt, lookAt, forgetAt }: CallRecord): number | null {
  const times = [rings(call) ? call.expiresAt : null, pursueAt, lookAt, forgetAt];
  const due = times.filter((time) => time !== null);
  return due.length === 0 ? null : Math.min(...due);
}
