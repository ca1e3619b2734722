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
 * The role of somebody who comes. The owner moderates whenever it is in, and without it whoever is granted to; else the
 * first to come does, but a guest only until an account comes, and nobody who is granted to be a member alone. Whoever
 * takes over from its own stay keeps its role.
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

/** Whether a host does not make way for another who is granted to host. */
function mayStay({ participant, granted }: Stay, ownerId: string | null): boolean {
  return participant.user.id === ownerId || granted === 'HOST';
}

/** Takes the role of HOST off whoever has it, who is told like everybody else. */
export function dismissHost(course: Course): void {
  const host = hostOf(course.state);
  if (host !== null) course.update(host, { role: 'MEMBER' });
}

/**
 * Where nobody moderates: whoever is granted to is next, then the account that has been in longest, a guest only where there
 * is none; nobody where all are granted to be members alone.
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
