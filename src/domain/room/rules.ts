import type { Ban, Room, RoomAccess } from '../rooms/room.ts';
import type { Course } from './course.ts';

/**
 * What decides who gets into a room. A room goes by the rules of the highest revision that it has learned, and of equal
 * ones by those that came first. Bans come with every entrance and are not kept with the rules.
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

/** How long everybody who comes later is kept out by a ban: while the room exists, or until everybody has left. */
export interface LiveBan extends Ban {
  readonly lasting: boolean;
}

/** What the rules of a room go by beside its own settings. */
export interface RoomOptions {
  /** How long a stay waits for its client to come back, in milliseconds. */
  readonly graceMs: number;
  /** How many may wait before one room. */
  readonly lobbyKnocks: number;
  /** How often one user may knock at one room within a minute. */
  readonly knocksPerUser: number;
  /** How often it may be knocked at one room from one address within a minute, and how many from there may wait at once. */
  readonly knocksPerAddress: number;
  /** How long a user waits after a denial before it may knock again, in milliseconds; twice as long after each further one. */
  readonly deniedMs: number;
  /** How many bans of hosts one room remembers until everybody has left. */
  readonly hostBans: number;
}

/** Whether rules are news to somebody who knows others, or none. */
export function isNewer(rules: RoomRules, known: RoomRules | null): boolean {
  return known === null || rules.revision > known.revision;
}

/** Learns the rules that somebody comes with, if they are news; answers the newest. */
export function learn(course: Course, rules: RoomRules): RoomRules {
  const known = course.state.rules;
  if (known !== null && !isNewer(rules, known)) return known;
  course.change({ type: 'rules learned', rules, updated: false });
  return rules;
}
