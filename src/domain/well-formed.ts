import { InvalidInputError } from './errors.ts';

/** What is wrong with a text that has half of a surrogate pair. */
export const NOT_WELL_FORMED = 'must not contain half of a surrogate pair';

/**
 * Refuses a text with half of a surrogate pair: it cannot be written as UTF-8, so what one part of a system keeps, another
 * cannot carry.
 *
 * @throws InvalidInputError
 */
export function checkWellFormed(path: string, text: string): void {
  if (!text.isWellFormed()) throw new InvalidInputError([{ path, message: NOT_WELL_FORMED }]);
}
