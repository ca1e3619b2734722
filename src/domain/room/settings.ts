import type { VisibleRoom } from '../rooms/room.ts';
import { deciding, type RoomDecide } from './course.ts';
import { answerAllByRules } from './lobby.ts';
import { isNewer, type RoomOptions, type RoomRules } from './rules.ts';

/**
 * Takes a room's new rules and tells all in it, unless newer ones are known. Where these say OPEN, all who wait are
 * admitted; where they say LOCKED, all are denied, and where they let no guests in, all guests.
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
