import type { RoomAccess } from '../rooms/room.ts';
import type { Participant } from './participant.ts';

/** Who is in a room, as far as a user may know: those in it may, and while it is open everybody. */
export function visibleTo(
  participants: readonly Participant[],
  access: RoomAccess,
  userId: string,
): readonly Participant[] {
  if (access === 'OPEN') return participants;
  return participants.some(({ user }) => user.id === userId) ? participants : [];
}
