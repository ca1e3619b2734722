import { deciding, type RoomDecide } from './course.ts';
import { requireStay } from './hosting.ts';
import { another } from './moderation.ts';

/**
 * A message to one participant, or with `to` null to all others. A message to all is kept for those who join later.
 *
 * @throws NotInRoomError, PeerNotInRoomError
 */
export function sendMessage(userId: string, to: string | null, text: string): RoomDecide<void> {
  return deciding((course) => {
    const sender = requireStay(course.state, userId);
    const { id: from, user } = sender.participant;
    const type = 'MessageReceived';
    if (to === null) course.tell({ type, from, user, text, private: false }, from);
    else {
      const addressee = another(course.state, sender, to);
      course.notify(addressee, from, { type, user, text, private: true });
    }
  });
}
