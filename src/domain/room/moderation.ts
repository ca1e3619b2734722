import type { User } from '../accounts/account.ts';
import { InvalidInputError, PeerNotInRoomError } from '../errors.ts';
import type { Ban } from '../rooms/room.ts';
import { type Course, deciding, type RoomDecide } from './course.ts';
import { requireHost } from './hosting.ts';
import { endStay } from './leases.ts';
import type { Participant } from './participant.ts';
import type { RoomOptions } from './rules.ts';
import { type Origin, type RoomState, type Stay, stayWith } from './state.ts';

/** Somebody who was removed. */
export interface Removed extends Origin {
  readonly participant: Participant;
  /** Whether it is banned for as long as the room exists. */
  readonly lasting: boolean;
}

/**
 * Ends the stay of another participant with REMOVED; `forGood` also bans the user. A ban by the owner or the operator lasts
 * as long as the room; a ban by another host lasts until everybody has left.
 *
 * @param byUserId the host; null for the operator of the server, who is not in the room and may remove anybody
 * @throws NotInRoomError, NotHostError, PeerNotInRoomError, InvalidInputError
 */
export function remove(
  byUserId: string | null,
  participantId: string,
  forGood: boolean,
  options: RoomOptions,
): RoomDecide<Removed> {
  return deciding((course) => {
    const by = byUserId === null ? null : requireHost(course.state, byUserId);
    const stay = another(course.state, by, participantId);
    const { participant, address, device } = stay;
    const lasting = forGood && ban(course, byUserId, participant.user, stay, options);
    endStay(course, stay, 'REMOVED');
    return { participant, address, device, lasting };
  });
}

/** Asks a participant to mute; its client decides. @throws NotInRoomError, NotHostError, PeerNotInRoomError */
export function requestMute(byUserId: string, participantId: string): RoomDecide<void> {
  return deciding((course) => {
    const host = requireHost(course.state, byUserId);
    const by = host.participant.id;
    course.notify(another(course.state, host, participantId), by, { type: 'MuteRequested', by });
  });
}

/** Ends the ban of a user, with its address and device. */
export function unban(userId: string): RoomDecide<void> {
  return deciding((course) => {
    const isBannedHere = course.state.bans.some((one) => one.userId === userId);
    if (isBannedHere) course.change({ type: 'unbanned', userId });
  });
}

/**
 * Bans a user; returns whether for as long as the room exists. The ban of a guest also keeps out guests from the same
 * address. Every ban also keeps out guests with the same device.
 *
 * @throws InvalidInputError if hosts have reached the limit of bans
 */
export function ban(
  course: Course,
  byUserId: string | null,
  user: User,
  { address, device }: Origin,
  { hostBans }: RoomOptions,
): boolean {
  const lasting = byUserId === null || byUserId === course.state.rules?.ownerId;
  if (!lasting && course.state.bans.filter((one) => !one.lasting).length >= hostBans) {
    throw new InvalidInputError([
      { path: 'ban', message: `hosts have banned ${hostBans} users here, which is the limit` },
    ]);
  }
  course.change({ type: 'banned', ban: { ...banOf(user, { address, device }), lasting } });
  return lasting;
}

/** The ban of a user. Many people may share an address, so only the ban of a guest has one. */
export function banOf(user: User, { address, device }: Origin): Ban {
  return { userId: user.id, address: user.isGuest ? address : null, device };
}

/** Whether a ban of the room or of the store keeps somebody out. */
export function isBanned(
  { bans }: RoomState,
  comer: Origin & { readonly user: User; readonly banned: readonly Ban[] },
): boolean {
  return (
    bans.some((one) => keepsOut(one, comer)) || comer.banned.some((one) => keepsOut(one, comer))
  );
}

function keepsOut(one: Ban, { user, address, device }: Origin & { readonly user: User }): boolean {
  if (one.userId === user.id) return true;
  if (!user.isGuest) return false;
  return (
    (one.address !== null && one.address === address) ||
    (one.device !== null && one.device === device)
  );
}

/** The stay of another participant than `one`. @throws PeerNotInRoomError */
export function another(state: RoomState, one: Stay | null, participantId: string): Stay {
  const stay = stayWith(state, participantId);
  if (stay === null || stay === one) throw new PeerNotInRoomError();
  return stay;
}
