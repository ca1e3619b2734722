import { HeldAnewError, NotInRoomError } from '../errors.ts';
import type { Hold } from '../log.ts';
import { type Course, deciding, type RoomDecide } from './course.ts';
import { electHost, requireStay } from './hosting.ts';
import { countedUntil } from './knocking.ts';
import type { LeaveReason, Participant } from './participant.ts';
import type { RoomOptions } from './rules.ts';
import { followerOf, type RoomState, type Stay, stayWith } from './state.ts';

/**
 * Ends a stay. Its own client is told as well, at the end, so that it knows why. With a successor, a new stay of the same
 * user begins in the same decision, so the room does not become empty and the role of host is kept.
 */
export function endStay(
  course: Course,
  { participant }: Stay,
  reason: LeaveReason,
  followed?: 'by a successor',
): void {
  const { id } = participant;
  course.tell({ type: 'ParticipantLeft', participant, reason });
  course.note({ type: 'participant.left', participant, reason });
  course.change({ type: 'stay ended', id });
  course.step({ type: 'end', id });
  if (followed !== undefined) return;
  if (course.state.stays.length > 0) {
    electHost(course);
    return;
  }
  course.change({ type: 'emptied' });
  course.note({ type: 'room.ended' });
}

/** The connection of a stay is lost: it is RECONNECTING for the grace, or ends at once if it cannot be resumed. */
export function loseStay(course: Course, stay: Stay): void {
  if (stay.clientKey === null) {
    endStay(course, stay, 'DISCONNECTED');
    return;
  }
  const lost = { ...stay, lostAt: course.context.now };
  const updated = course.update(lost, { connection: 'RECONNECTING' }, 'not to itself');
  course.step({ type: 'letGo', follower: followerOf(updated) });
}

/** The stay of a hold of this node, if the hold is still the current one. */
function held({ state, context }: Course, id: string, fence: number): Stay | null {
  const stay = stayWith(state, id);
  return stay?.fence === fence && stay.node === context.node ? stay : null;
}

/**
 * The same decision for somebody who acts by a hold. If the hold has ended, nothing is done: a node that was paused, or
 * a slow connection, must not undo what was done since.
 *
 * @param hold null: the user acts as the stay that they have now
 * @throws NotInRoomError if the stay has ended, HeldAnewError if another connection holds it
 */
export function byHold<Reply>(hold: Hold | null, decide: RoomDecide<Reply>): RoomDecide<Reply> {
  if (hold === null) return decide;
  return (state, context) => {
    const stay = state === null ? null : stayWith(state, hold.id);
    if (stay === null) throw new NotInRoomError();
    if (stay.fence !== hold.fence) throw new HeldAnewError();
    return decide(state, context);
  };
}

/** The connection of a hold was lost. An outdated hold does nothing. */
export function letGo(id: string, fence: number): RoomDecide<void> {
  return deciding((course) => {
    const stay = held(course, id, fence);
    if (stay !== null && stay.lostAt === null) loseStay(course, stay);
  });
}

/** Ends a stay if this hold is still the current one; returns whether it was. */
export function release(id: string, fence: number, reason: LeaveReason): RoomDecide<boolean> {
  return deciding((course) => {
    const stay = held(course, id, fence);
    if (stay !== null) endStay(course, stay, reason);
    return stay !== null;
  });
}

/** Ends the stay of a user. @throws NotInRoomError */
export function leave(
  userId: string,
  reason: LeaveReason,
  participantId: string | null = null,
): RoomDecide<Participant> {
  return deciding((course) => {
    const stay = requireStay(course.state, userId);
    if ((participantId ?? stay.participant.id) !== stay.participant.id) throw new NotInRoomError();
    endStay(course, stay, reason);
    return stay.participant;
  });
}

/**
 * Runs when something is due: ends stays whose grace is over, and forgets a room that nobody needs, and knocks that do not
 * count any more.
 */
export function wake({ graceMs }: RoomOptions): RoomDecide<void> {
  const decide = deciding((course) => {
    const { now } = course.context;
    for (const { participant, lostAt } of course.state.stays) {
      if (lostAt === null || now < lostAt + graceMs) continue;
      const stay = stayWith(course.state, participant.id);
      if (stay !== null) endStay(course, stay, 'DISCONNECTED');
    }
    const { knocking, forgetAt } = course.state;
    // These knocks are forgotten together with the room; until then, waking may find nothing to do.
    if (forgetAt !== null) return;
    const counted = knocking.filter((one) => countedUntil(one) > now);
    if (counted.length < knocking.length) {
      course.change({ type: 'knocking counted', knocking: counted });
    }
  });
  return (state, context) => {
    const over = state?.forgetAt ?? null;
    if (over !== null && context.now >= over) return { state: null, steps: [], reply: undefined };
    return decide(state, context);
  };
}

/** When {@link wake} has something to do, in milliseconds since the Unix epoch. */
export function dueAt(
  { stays, forgetAt, knocking }: RoomState,
  { graceMs }: RoomOptions,
): number | null {
  let due = forgetAt;
  // As long as something is due, a clock that is set forward ends nothing early, so nobody may knock again too soon.
  for (const one of forgetAt === null ? knocking : []) {
    due = Math.min(due ?? Number.POSITIVE_INFINITY, countedUntil(one));
  }
  for (const { lostAt } of stays) {
    if (lostAt !== null && (due === null || lostAt + graceMs < due)) due = lostAt + graceMs;
  }
  return due;
}
