import { InvalidInputError, PeerqlError, RateLimitedError, RoomFullError } from '@peerql/client';
import type { ElementMessages } from './messages/english.ts';

/** The message for an error, for the user. */
export function wordsFor(
  error: unknown,
  { errors, common }: Pick<ElementMessages, 'errors' | 'common'>,
): string {
  if (error instanceof RateLimitedError) {
    const { retryAfter } = error;
    const wait =
      retryAfter < 90 ? errors.seconds(retryAfter) : errors.minutes(Math.ceil(retryAfter / 60));
    return errors.tooManyTries(wait);
  }
  if (error instanceof RoomFullError) return errors.roomFull(error.capacity);
  if (!(error instanceof PeerqlError)) return common.somethingWentWrong;
  const [issue] = error instanceof InvalidInputError ? error.issues : [];
  const rule = errors.issues[issue?.code ?? ''];
  if (rule !== undefined) return rule(issue?.limit ?? 0);
  return errors.byCode[error.code] ?? error.message;
}
