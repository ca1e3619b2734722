import { nextFence } from '../fence.ts';
import { deciding, type RoomDecide } from './course.ts';
import { endStay, loseStay } from './leases.ts';
import { endKnock } from './lobby.ts';
import type { LeaveReason } from './participant.ts';
import type { RoomOptions } from './rules.ts';
import { followerOf, stayWith } from './state.ts';

/** Ends every stay and every knock that came with a session. */
export function endSession(
  sessionId: string,
  reason: LeaveReason,
  options: RoomOptions,
): RoomDecide<void> {
  return deciding((course) => {
    const { stays, waiting } = course.state;
    for (const { participant } of stays.filter((stay) => stay.sessionId === sessionId)) {
      const stay = stayWith(course.state, participant.id);
      if (stay !== null) endStay(course, stay, reason);
    }
    for (const one of waiting)
      if (one.sessionId === sessionId) endKnock(course, one, null, options);
  });
}

/** A node died: the stays it held are RECONNECTING, knocks there are withdrawn, and the node that asks takes over. */
export function nodeLost(node: string, options: RoomOptions): RoomDecide<void> {
  return deciding((course) => {
    const { stays, waiting } = course.state;
    for (const one of waiting) if (one.node === node) endKnock(course, one, null, options);
    for (const { participant } of stays.filter((stay) => stay.node === node)) {
      const stay = stayWith(course.state, participant.id);
      if (stay === null) continue;
      const { node: taker, now } = course.context;
      const taken = { ...stay, node: taker, fence: nextFence(stay.fence, now) };
      if (stay.lostAt === null) loseStay(course, taken);
      else {
        course.change({ type: 'stay changed', stay: taken });
        course.step({ type: 'letGo', follower: followerOf(taken) });
      }
    }
  });
}
