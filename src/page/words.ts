import {
  type ConnectionQuality,
  type InputIssue,
  InvalidInputError,
  PeerqlError,
  RateLimitedError,
  RoomFullError,
} from '../client/index.ts';
import { texts } from './messages/language.ts';

/** The message for an error, for the user of the page. */
export function wordsFor(error: unknown): string {
  if (error instanceof RateLimitedError) {
    return texts.errors.tooManyTries(seconds(error.retryAfter));
  }
  if (error instanceof RoomFullError) return texts.errors.roomFull(error.capacity);
  if (!(error instanceof PeerqlError)) return texts.common.somethingWentWrong;
  const [issue] = error instanceof InvalidInputError ? error.issues : [];
  const rule = texts.errors.issues[issue?.code ?? ''];
  if (rule !== undefined) return rule(issue?.limit ?? 0);
  return texts.errors.byCode[error.code] ?? error.message;
}

/** The message for a field, by the code of the rule that it breaks; the server's own message if the code is unknown. */
export function wordsForIssue({ code = 'INVALID', limit, message }: InputIssue): string {
  return texts.errors.issues[code]?.(limit ?? 0) ?? message;
}

/** The words for the quality of a connection. */
export const QUALITY_WORDS: Readonly<Record<ConnectionQuality, string>> = texts.quality;

function seconds(count: number): string {
  if (count < 90) return texts.errors.seconds(count);
  return texts.errors.minutes(Math.ceil(count / 60));
}
