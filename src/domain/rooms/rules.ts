import { z } from 'zod';

const ROOM_NAME_MAX_LENGTH = 100;

/** The rules for what an owner says of a room. */
export function settingsRules(maxCapacity: number) {
  return z.object({
    name: z
      .string()
      .transform((name) => name.normalize('NFC').trim())
      .pipe(
        z
          .string()
          .min(1, 'must not be empty')
          .max(ROOM_NAME_MAX_LENGTH, `must have at most ${ROOM_NAME_MAX_LENGTH} characters`)
          .refine(
            (name) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name),
            'must not contain control characters',
          ),
      )
      .nullish(),
    capacity: z
      .int()
      .min(2, 'must be at least 2')
      .max(maxCapacity, `must be at most ${maxCapacity}`)
      .optional(),
    access: z.enum(['OPEN', 'KNOCK', 'LOCKED']).optional(),
    allowGuests: z.boolean().optional(),
  });
}
