import type { ConnectionQuality, InputIssue } from '../client/index.ts';
import * as elements from '../elements/error-words.ts';
import { texts } from './messages/language.ts';

/** The message for an error, for the user of the page. */
export function wordsFor(error: unknown): string {
  return elements.wordsFor(error, texts);
}

/** The message for a field, by the code of the rule that it breaks; the server's own message if the code is unknown. */
export function wordsForIssue({ code = 'INVALID', limit, message }: InputIssue): string {
  return texts.errors.issues[code]?.(limit ?? 0) ?? message;
}

/** The words for the quality of a connection. */
export const QUALITY_WORDS: Readonly<Record<ConnectionQuality, string>> = texts.quality;
