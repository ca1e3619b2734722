import { NotHostError, NotInRoomError } from '../errors.ts';
import type { Course } from './course.ts';
import type { Entrance } from './entering.ts';
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
 * The role of somebody who joins. The owner is always the host while in the room. Without the owner it is somebody
 * whose session grants HOST, or else the one who joined first; a guest is host only until somebody with an account
 * joins. A session that grants MEMBER never makes a host. A stay that replaces another keeps its role.
 */
export function roleOf(
  state: RoomState,
  { user, granted }: Pick<Entrance, 'user' | 'granted'>,
  ownerId: string | null,
  inherited: ParticipantRole,
): ParticipantRole {
  if (user.id === ownerId) return 'HOST';
  if (granted === 'MEMBER') return 'MEMBER';
  const host = hostOf(state);
  if (host === null || inherited === 'HOST') return 'HOST';
  if (granted === 'HOST') return mayStay(host, ownerId) ? 'MEMBER' : 'HOST';
  return host.participant.user.isGuest && !user.isGuest && host.granted !== 'HOST'
    ? 'HOST'
    : 'MEMBER';
}

/** Whether a host stays host when somebody joins whose session grants HOST. */
function mayStay({ participant, granted }: Stay, ownerId: string | null): boolean {
  return participant.user.id === ownerId || granted === 'HOST';
}

/** Makes the current host a MEMBER and tells everybody, the former host too. */
export function dismissHost(course: Course): void {
  const host = hostOf(course.state);
  if (host !== null) course.update(host, { role: 'MEMBER' });
}

/**
 * If there is no host: somebody whose session grants HOST becomes it, then the account that joined first, and a guest only if
 * no account is in. Nobody does if all sessions grant MEMBER.
 */
export function electHost(course: Course): void {
  const { stays } = course.state;
  if (hostOf(course.state) !== null) return;
  const able = stays.filter(({ granted }) => granted !== 'MEMBER');
  const next =
    able.find(({ granted }) => granted === 'HOST') ??
    able.find(({ participant }) => !participant.user.isGuest) ??
    able[0];
  if (next === undefined) return;
  tellOfKnocks(course, course.update(next, { role: 'HOST' }));
}

/** Tells the host of all who wait. */
export function tellOfKnocks(course: Course, host: Stay): void {
  for (const { knockId, user } of course.state.waiting) {
    course.notify(host, null, { type: 'KnockReceived', knockId, user });
  }
}
