import {
  type ConnectionQuality,
  type InputIssue,
  PeerqlError,
  RateLimitedError,
  RoomFullError,
} from '../client/index.ts';
import { texts } from './messages/language.ts';

/** What went wrong, in words for whoever reads the page. */
export function wordsFor(error: unknown): string {
  if (error instanceof RateLimitedError) {
    return texts.errors.tooManyTries(seconds(error.retryAfter));
  }
  if (error instanceof RoomFullError) return texts.errors.roomFull(error.capacity);
  if (!(error instanceof PeerqlError)) return texts.common.somethingWentWrong;
  return texts.errors.byCode[error.code] ?? error.message;
}

/** What is wrong with a field, by the code of the rule; the server's own words where the code says too little. */
export function wordsForIssue({ code = 'INVALID', limit, message }: InputIssue): string {
  return texts.errors.issues[code]?.(limit ?? 0) ?? message;
}

/** How well a connection does, for its mark. */
export const QUALITY_WORDS: Readonly<Record<ConnectionQuality, string>> = texts.quality;

function seconds(count: number): string {
  if (count < 90) return texts.errors.seconds(count);
  return texts.errors.minutes(Math.ceil(count / 60));
}
