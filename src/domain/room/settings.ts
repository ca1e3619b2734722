import type { VisibleRoom } from '../rooms/room.ts';
import { deciding, type RoomDecide } from './course.ts';
import { answerAllByRules } from './lobby.ts';
import { isNewer, type RoomOptions, type RoomRules } from './rules.ts';

/**
 * Stores the new rules of a room and tells everybody in it, unless newer ones are known. OPEN admits everybody who waits,
 * LOCKED denies everybody, and rules without guests deny the guests.
 */
export function changeSettings(
  rules: RoomRules,
  room: VisibleRoom,
  options: RoomOptions,
): RoomDecide<void> {
  return deciding((course) => {
    if (!isNewer(rules, course.state.rules)) return;
    course.change({ type: 'rules learned', rules, updated: true });
    if (course.state.stays.length > 0) course.tell({ type: 'RoomUpdated', room });
    answerAllByRules(course, rules, options);
  });
}
