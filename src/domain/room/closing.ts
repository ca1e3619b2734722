import { deciding, REMEMBERED_MS, type RoomDecide } from './course.ts';
import type { RoomClosedReason } from './entry.ts';
import { type RoomState, waiterOf } from './state.ts';

/** Ends every stay with ROOM_CLOSED, then tells everybody, and those who wait, that the room is closed. */
export function closeRoom(reason: RoomClosedReason): RoomDecide<void> {
  return deciding((course) => {
    const { stays, waiting } = course.state;
    for (const { participant } of stays) {
      course.tell({ type: 'ParticipantLeft', participant, reason: 'ROOM_CLOSED' });
      course.note({ type: 'participant.left', participant, reason: 'ROOM_CLOSED' });
    }
    if (stays.length > 0) {
      course.tell({ type: 'RoomClosed', reason });
      for (const { participant } of stays) course.step({ type: 'end', id: participant.id });
      course.note({ type: 'room.ended' });
    }
    for (const one of waiting) {
      course.step({ type: 'answer', waiter: waiterOf(one), answer: 'closed' });
    }
    course.change({ type: 'closed', at: course.context.now });
  });
}

/** Whether the room was closed a moment ago: a join that began before must not create it again. */
export function wasClosed({ closedAt }: RoomState, now: number): boolean {
  return closedAt !== null && now < closedAt + REMEMBERED_MS;
}
