import { z } from 'zod';
import { parseInput } from '../input.ts';
import { cleanTitle, seenTextRule } from '../names/name.ts';
import type { Room, RoomSettings } from './room.ts';

const ROOM_NAME_MAX_LENGTH = 100;

/** The rules for the settings that an owner gives. @param relays whether there is a TURN server */
export function settingsRules(maxCapacity: number, relays: boolean) {
  return z.object({
    name: seenTextRule(cleanTitle, ROOM_NAME_MAX_LENGTH).nullish(),
    capacity: z
      .int()
      .min(2, 'must be at least 2')
      .max(maxCapacity, `must be at most ${maxCapacity}`)
      .optional(),
    access: z.enum(['OPEN', 'KNOCK', 'LOCKED']).optional(),
    allowGuests: z.boolean().optional(),
    relayOnly: z
      .boolean()
      .refine((only) => !only || relays, 'needs a TURN server, and none is configured')
      .optional(),
  });
}

/**
 * The settings that an owner gives. A missing one gets its default in a new room, and does not change in an existing
 * one.
 */
export interface GivenSettings {
  readonly name?: string | null | undefined;
  readonly capacity?: number | null | undefined;
  readonly access?: Room['access'] | null | undefined;
  readonly allowGuests?: boolean | null | undefined;
  readonly relayOnly?: boolean | null | undefined;
}

/** Checks the settings that an owner gives, and answers only those. @throws InvalidInputError */
export function readSettings(
  rules: ReturnType<typeof settingsRules>,
  { name, capacity, access, allowGuests, relayOnly }: GivenSettings,
): RoomSettings {
  const read = parseInput(rules, {
    name,
    capacity: capacity ?? undefined,
    access: access ?? undefined,
    allowGuests: allowGuests ?? undefined,
    relayOnly: relayOnly ?? undefined,
  });
  return {
    ...(read.name !== undefined && { name: read.name }),
    ...(read.capacity !== undefined && { capacity: read.capacity }),
    ...(read.access !== undefined && { access: read.access }),
    ...(read.allowGuests !== undefined && { allowGuests: read.allowGuests }),
    ...(read.relayOnly !== undefined && { relayOnly: read.relayOnly }),
  };
}
