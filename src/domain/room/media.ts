import type { User } from '../accounts/account.ts';
import { deciding, type RoomDecide } from './course.ts';
import { requireStay } from './hosting.ts';
import type { MediaState, Participant } from './participant.ts';
import { stayOf } from './state.ts';

/** Changes the given media of a participant; others are told if anything changed. @throws NotInRoomError */
export function setMedia(userId: string, change: Partial<MediaState>): RoomDecide<Participant> {
  return deciding((course) => {
    const stay = requireStay(course.state, userId);
    const media = { ...stay.participant.media, ...change };
    if (sameMedia(media, stay.participant.media)) return stay.participant;
    return course.update(stay, { media }).participant;
  });
}

/** Raises or lowers a participant's hand; others are told if that changed. @throws NotInRoomError */
export function raiseHand(userId: string, raised: boolean): RoomDecide<Participant> {
  return deciding((course) => {
    const stay = requireStay(course.state, userId);
    if (stay.participant.handRaised === raised) return stay.participant;
    const handRaisedAt = raised ? course.context.now : null;
    return course.update(stay, { handRaised: raised, handRaisedAt }).participant;
  });
}

/** Changes the name of a user in the room; others are told if it is different. */
export function rename(user: User): RoomDecide<void> {
  return deciding((course) => {
    const stay = stayOf(course.state, user.id);
    if (stay !== null && stay.participant.user.name !== user.name) course.update(stay, { user });
  });
}

export function sameMedia(one: MediaState, other: MediaState): boolean {
  return one.audio === other.audio && one.video === other.video && one.screen === other.screen;
}
