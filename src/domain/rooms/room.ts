import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { User } from '../accounts/account.ts';
import { parseInput } from '../input.ts';
import { cleanTitle, seenTextRule } from '../names/name.ts';

const ROOM_NAME_MAX_LENGTH = 100;

/** Who may join: OPEN: everybody who has the room's id. KNOCK: those whom the host admits. LOCKED: nobody new. */
export type RoomAccess = 'OPEN' | 'KNOCK' | 'LOCKED';

/** The settings that an owner may change. The stores keep each of them as it is: it must be JSON. */
export interface RoomSettings {
  readonly name: string | null;
  /** How many participants may be in it at once. */
  readonly capacity: number;
  readonly access: RoomAccess;
  /** Whether people without an account may enter with a name. */
  readonly allowGuests: boolean;
  /** Whether clients send media only through TURN servers, so that no participant learns another's address. */
  readonly relayOnly: boolean;
}

/** All settings: those that are given, and the defaults of the others. Leaves out everything that is not a setting. */
export function settingsOf({
  name = null,
  capacity,
  access = 'OPEN',
  allowGuests = false,
  relayOnly = false,
}: Partial<RoomSettings> & Pick<RoomSettings, 'capacity'>): RoomSettings {
  return { name, capacity, access, allowGuests, relayOnly };
}

/** The rules for the settings that an owner gives. @param relays whether there is a TURN server */
export function settingsRules(maxCapacity: number, relays: boolean) {
  return z.object({
    name: seenTextRule(cleanTitle, ROOM_NAME_MAX_LENGTH).nullable().exactOptional(),
    capacity: z
      .int()
      .min(2, 'must be at least 2')
      .max(maxCapacity, `must be at most ${maxCapacity}`)
      .exactOptional(),
    access: z.enum(['OPEN', 'KNOCK', 'LOCKED']).exactOptional(),
    allowGuests: z.boolean().exactOptional(),
    relayOnly: z
      .boolean()
      .refine((only) => !only || relays, 'needs a TURN server, and none is configured')
      .exactOptional(),
  } satisfies Record<keyof RoomSettings, z.ZodType>);
}

/**
 * The settings that an owner gives. A missing one gets its default in a new room, and does not change in an existing
 * one.
 */
export type GivenSettings = {
  readonly [Name in keyof RoomSettings]?: RoomSettings[Name] | null | undefined;
};

/** Checks the settings that an owner gives, and answers only those. @throws InvalidInputError */
export function readSettings(
  rules: ReturnType<typeof settingsRules>,
  given: GivenSettings,
): Partial<RoomSettings> {
  const defaults = new Map<string, unknown>(Object.entries(settingsOf({ capacity: 2 })));
  // Null removes a setting whose default is null. Any other setting is not given then.
  const present = Object.entries(given).filter(
    ([name, value]) => value !== undefined && (value !== null || defaults.get(name) === null),
  );
  return parseInput(rules, Object.fromEntries(present));
}

/** What everybody in a room may know about it. The room log knows who is in it now. */
export interface VisibleRoom extends RoomSettings {
  /** 16 lower-case hex characters, 64 random bits. Everybody who has it may ask for the room. */
  readonly id: string;
  /** Only the owner changes the room's settings and closes it, whether in the room or not. */
  readonly owner: User;
  /** Grows by one with each change of its settings. */
  readonly revision: number;
  readonly createdAt: Date;
  /** Moves later while the room is used. */
  readonly expiresAt: Date;
}

/** Somebody who may not enter a room any more. */
export interface Ban {
  readonly userId: string;
  /** The mark ({@link markOf}) of the address that a banned guest came from; null if guests from there may enter. */
  readonly address: string | null;
  /** The mark of the device that a banned user came with; null if it had no cookie. */
  readonly device: string | null;
}

/** A room as it is stored. */
export interface Room extends VisibleRoom {
  /** Those who may not enter any more. Only the owner sees who they are. */
  readonly banned: readonly Ban[];
}

/** The room without what only the owner may see. */
export function visible({ banned: _, ...room }: Room): VisibleRoom {
  return room;
}

/** Whether a room has these settings already. */
export function hasSettings(room: RoomSettings, settings: Partial<RoomSettings>): boolean {
  return isDeepStrictEqual(settingsOf({ ...room, ...settings }), settingsOf(room));
}
