import { NotHostError, NotInRoomError } from '../errors.ts';
import type { Course } from './course.ts';
import type { ParticipantRole } from './participant.ts';
import { hostOf, type RoomState, type Stay, stayOf } from './state.ts';

/** @throws NotInRoomError */
export function requireStay(state: RoomState, userId: string): Stay {
  const stay = stayOf(state, userId);
  if (stay === null) throw new NotInRoomError();
  return stay;
}

/** @throws NotInRoomError, NotHostError */
export function requireHost(state: RoomState, userId: string): Stay {
  const stay = requireStay(state, userId);
  if (stay.participant.role !== 'HOST') throw new NotHostError();
  return stay;
}

/**
 * The role of somebody who joins. The owner is always the host while in the room. Without the owner it is whoever joined
 * first; a guest is host only until somebody with an account joins. A stay that replaces another keeps its role.
 */
export function roleOf(
  state: RoomState,
  user: { readonly id: string; readonly isGuest: boolean },
  ownerId: string | null,
  inherited: ParticipantRole,
): ParticipantRole {
  if (user.id === ownerId || inherited === 'HOST') return 'HOST';
  const host = hostOf(state);
  if (host === null) return 'HOST';
  return host.participant.user.isGuest && !user.isGuest ? 'HOST' : 'MEMBER';
}

/** Makes the current host a MEMBER and tells everybody, the former host too. */
export function dismissHost(course: Course): void {
  const host = hostOf(course.state);
  if (host !== null) course.update(host, { role: 'MEMBER' });
}

/** If there is no host: the account that joined first becomes host; a guest only if no account is in. */
export function electHost(course: Course): void {
  const { stays } = course.state;
  if (hostOf(course.state) !== null) return;
  const next = stays.find(({ participant }) => !participant.user.isGuest) ?? stays[0];
  if (next === undefined) return;
  tellOfKnocks(course, course.update(next, { role: 'HOST' }));
}

/** Tells the host of all who wait. */
export function tellOfKnocks(course: Course, host: Stay): void {
  for (const { knockId, user } of course.state.waiting) {
    course.notify(host, null, { type: 'KnockReceived', knockId, user });
  }
}
