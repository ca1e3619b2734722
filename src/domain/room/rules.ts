import type { Ban, Room, RoomAccess } from '../rooms/room.ts';
import type { Course } from './course.ts';

/**
 * The settings that decide who may join a room. A live room uses the highest revision that it has seen; of two with the
 * same revision it keeps the first. Bans come with every join and are not part of them.
 */
export interface RoomRules {
  readonly ownerId: string;
  readonly capacity: number;
  readonly access: RoomAccess;
  readonly allowGuests: boolean;
  readonly revision: number;
}

export function rulesOf({ owner, capacity, access, allowGuests, revision }: Room): RoomRules {
  return { ownerId: owner.id, capacity, access, allowGuests, revision };
}

/** A ban, and how long it lasts: as long as the room, or until everybody has left. */
export interface LiveBan extends Ban {
  readonly lasting: boolean;
}

/** Limits that are the same for all rooms. */
export interface RoomOptions {
  /** How long a stay waits for its client to come back, in milliseconds. */
  readonly graceMs: number;
  /** How many may wait at one room. */
  readonly lobbyKnocks: number;
  /** How often one user may knock at one room within a minute. */
  readonly knocksPerUser: number;
  /** How many knocks at one room may come from one address within a minute, and how many of them may wait at once. */
  readonly knocksPerAddress: number;
  /** How long a user must wait after a denial before the next knock, in milliseconds; it doubles with each denial. */
  readonly deniedMs: number;
  /** How many bans of hosts one room remembers until everybody has left. */
  readonly hostBans: number;
}

/** Whether rules are newer than those that are known, or none are known. */
export function isNewer(rules: RoomRules, known: RoomRules | null): boolean {
  return known === null || rules.revision > known.revision;
}

/** Stores the rules of a joining user if they are newer; returns the newest. */
export function learn(course: Course, rules: RoomRules): RoomRules {
  const known = course.state.rules;
  if (known !== null && !isNewer(rules, known)) return known;
  course.change({ type: 'rules learned', rules, updated: false });
  return rules;
}
