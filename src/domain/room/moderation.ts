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
 * Ends another's stay with REMOVED; with `forGood` that user is refused from then on: by the owner, or by whoever runs
 * the server, for as long as the room exists; by another host until everybody has left.
 *
 * @param byUserId the host; null for whoever runs the server, who need not be in and may remove anybody
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

/** Asks another to mute; whether it does is its own. @throws NotInRoomError, NotHostError, PeerNotInRoomError */
export function requestMute(byUserId: string, participantId: string): RoomDecide<void> {
  return deciding((course) => {
    const host = requireHost(course.state, byUserId);
    const by = host.participant.id;
    course.notify(another(course.state, host, participantId), by, { type: 'MuteRequested', by });
  });
}

/** Lets a banned user in again, and whoever was kept out with it. */
export function unban(userId: string): RoomDecide<void> {
  return deciding((course) => {
    const isBannedHere = course.state.bans.some((one) => one.userId === userId);
    if (isBannedHere) course.change({ type: 'unbanned', userId });
  });
}

/**
 * Keeps a user out; answers whether for as long as the room exists. Of a guest also whoever comes as a guest from the
 * same address, and of anybody whoever comes as a guest with the same device.
 *
 * @throws InvalidInputError where hosts have banned as many as they may
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
      { path: 'ban', message: `hosts have banned ${hostBans} here, which is all they can` },
    ]);
  }
  course.change({ type: 'banned', ban: { ...banOf(user, { address, device }), lasting } });
  return lasting;
}

/** The ban of a user: an account's address may be that of a whole house, so only a guest's is kept out. */
export function banOf(user: User, { address, device }: Origin): Ban {
  return { userId: user.id, address: user.isGuest ? address : null, device };
}

/** Whether somebody who wants in is kept out, by what the room or the store knows. */
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

/** Somebody other than `one`, if that is anybody. @throws PeerNotInRoomError */
export function another(state: RoomState, one: Stay | null, participantId: string): Stay {
  const stay = stayWith(state, participantId);
  if (stay === null || stay === one) throw new PeerNotInRoomError();
  return stay;
}
