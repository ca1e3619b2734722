import type { z } from 'zod';
import { INPUT_ISSUE_CODES, type InputIssue, InvalidInputError } from './errors.ts';

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
      ...kindOf(issue),
    })),
  );
}

/** A custom rule says by `params` which kind it is. */
function kindOf(issue: z.core.$ZodIssue): Pick<InputIssue, 'code' | 'limit'> {
  switch (issue.code) {
    case 'too_small': {
      const code = issue.origin === 'string' ? 'TOO_SHORT' : 'TOO_SMALL';
      return { code, limit: Number(issue.minimum) };
    }
    case 'too_big': {
      const code = issue.origin === 'string' ? 'TOO_LONG' : 'TOO_BIG';
      return { code, limit: Number(issue.maximum) };
    }
    case 'invalid_format':
      return { code: 'BAD_FORMAT' };
    case 'custom': {
      const code = INPUT_ISSUE_CODES.find((known) => known === issue.params?.code);
      const { limit } = issue.params ?? {};
      return { ...(code && { code }), ...(typeof limit === 'number' ? { limit } : {}) };
    }
    default:
      return {};
  }
}
