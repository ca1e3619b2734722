import type { User } from '../accounts/account.ts';
import { deciding, type RoomDecide } from './course.ts';
import { stayOf } from './state.ts';

/** Shows a user's new name, also where it waits; told where it is another one, of who waits to the host by a second knock. */
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
