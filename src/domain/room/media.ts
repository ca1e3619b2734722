import { deciding, type RoomDecide } from './course.ts';
import { requireStay } from './hosting.ts';
import type { MediaState, Participant } from './participant.ts';

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

export function sameMedia(one: MediaState, other: MediaState): boolean {
  return one.audio === other.audio && one.video === other.video && one.screen === other.screen;
}
