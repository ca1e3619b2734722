import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { User } from '../accounts/account.ts';
import { parseInput } from '../input.ts';
import { cleanTitle, seenTextRule } from '../names/name.ts';

const ROOM_NAME_MAX_LENGTH = 100;

/** Who gets in: whoever holds the room's id, whom its host admits, or nobody new. */
export type RoomAccess = 'OPEN' | 'KNOCK' | 'LOCKED';

/** What the owner of a room may change. The stores keep all that stands here, and need not know what it is: it is JSON. */
export interface RoomSettings {
  readonly name: string | null;
  /** Participants at once. */
  readonly capacity: number;
  readonly access: RoomAccess;
  /** Whether people without an account may enter with a name. */
  readonly allowGuests: boolean;
  /** Whether clients send media through TURN servers alone, so that no participant learns another's address. */
  readonly relayOnly: boolean;
}

/** Every setting: those that are given, and for the others what is usual. Whatever else is given is left out. */
export function settingsOf({
  name = null,
  capacity,
  access = 'OPEN',
  allowGuests = false,
  relayOnly = false,
}: Partial<RoomSettings> & Pick<RoomSettings, 'capacity'>): RoomSettings {
  return { name, capacity, access, allowGuests, relayOnly };
}

/** The rules for what an owner says of a room. @param relays whether there is a TURN server */
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
      .refine((only) => !only || relays, 'needs a TURN server, and this server knows none')
      .exactOptional(),
  } satisfies Record<keyof RoomSettings, z.ZodType>);
}

/** What an owner says of a room; what is not given is as usual, or stays. */
export type GivenSettings = {
  readonly [Name in keyof RoomSettings]?: RoomSettings[Name] | null | undefined;
};

/** Reads what an owner says of a room: only what is given. @throws InvalidInputError */
export function readSettings(
  rules: ReturnType<typeof settingsRules>,
  given: GivenSettings,
): Partial<RoomSettings> {
  const usual = new Map<string, unknown>(Object.entries(settingsOf({ capacity: 2 })));
  // Null takes away what a room can be without; of any other setting it says nothing.
  const said = Object.entries(given).filter(
    ([name, value]) => value !== undefined && (value !== null || usual.get(name) === null),
  );
  return parseInput(rules, Object.fromEntries(said));
}

/** What everybody in a room may know of it. Who is in it now is the room log's to know. */
export interface VisibleRoom extends RoomSettings {
  /** 16 lower-case hex characters, 64 random bits. Who holds it may ask for the room. */
  readonly id: string;
  /** The owner: changes its settings and closes it, in the room or not. */
  readonly owner: User;
  /** Grows by one with each change of its settings. */
  readonly revision: number;
  readonly createdAt: Date;
  /** Pushed on by use. */
  readonly expiresAt: Date;
}

/** Somebody who may not enter a room any more. */
export interface Ban {
  readonly userId: string;
  /** Marks the address that a banned guest came from, see {@link markOf}; null where guests of there may come. */
  readonly address: string | null;
  /** Marks the device that a banned user came with; null where it had no cookie. */
  readonly device: string | null;
}

/** A room as it is stored. */
export interface Room extends VisibleRoom {
  /** Those who may not enter any more; only the owner is shown who they are. */
  readonly banned: readonly Ban[];
}

/** The room without what nobody is shown. */
export function visible({ banned: _, ...room }: Room): VisibleRoom {
  return room;
}

/** Whether a room has these settings already. */
export function hasSettings(room: RoomSettings, settings: Partial<RoomSettings>): boolean {
  return isDeepStrictEqual(settingsOf({ ...room, ...settings }), settingsOf(room));
}
