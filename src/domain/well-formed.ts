import { InvalidInputError } from './errors.ts';

/** The message for a text that has half of a surrogate pair. */
export const NOT_WELL_FORMED = 'must not contain half of a surrogate pair';

/**
 * Refuses a text with half of a surrogate pair: it cannot be written as UTF-8, so a part of the system that stores it
 * may not be able to pass it on.
 *
 * @throws InvalidInputError
 */
export function checkWellFormed(path: string, text: string): void {
  if (!text.isWellFormed()) throw new InvalidInputError([{ path, message: NOT_WELL_FORMED }]);
}
