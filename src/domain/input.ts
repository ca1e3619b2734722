import type { z } from 'zod';
import { InvalidInputError } from './errors.ts';

/**
 * Reads an input by its rules; what comes back is normalised (trimmed, lower-cased) as the rules say.
 *
 * @throws InvalidInputError with every issue at once.
 */
export function parseInput<T>(rules: z.ZodType<T>, input: unknown): T {
  const result = rules.safeParse(input);
  if (result.success) return result.data;
  throw new InvalidInputError(
    result.error.issues.map((issue) => ({
      path: issue.path.join('.'),
      message: issue.message,
    })),
  );
}
