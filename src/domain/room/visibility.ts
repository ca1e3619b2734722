import type { RoomAccess } from '../rooms/room.ts';
import type { Participant } from './participant.ts';

/** The participants that a user may see: all of them if the user is in the room or the room is OPEN, otherwise none. */
export function visibleTo(
  participants: readonly Participant[],
  access: RoomAccess,
  userId: string,
): readonly Participant[] {
  if (access === 'OPEN') return participants;
  return participants.some(({ user }) => user.id === userId) ? participants : [];
}
