import type { User } from '../accounts/account.ts';
import { deciding, type RoomDecide } from './course.ts';
import { stayOf } from './state.ts';

/**
 * Gives a user a new name in the room, or in the lobby. Others are told only if the name has changed; of a waiting
 * user, the host is told by a repeated `KnockReceived`.
 */
export function rename(user: User): RoomDecide<void> {
  return deciding((course) => {
    const stay = stayOf(course.state, user.id);
    if (stay !== null && stay.participant.user.name !== user.name) course.update(stay, { user });
    const waiting = course.state.waiting.find((one) => one.user.id === user.id);
    if (waiting === undefined || waiting.user.name === user.name) return;
    course.change({ type: 'knock changed', waiting: { ...waiting, user } });
    course.notifyHost({ type: 'KnockReceived', knockId: waiting.knockId, user });
  });
}
