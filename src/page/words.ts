import {
  type ConnectionQuality,
  PeerqlError,
  RateLimitedError,
  RoomFullError,
} from '../client/index.ts';

/** What went wrong, in words for whoever reads the page. */
export function wordsFor(error: unknown): string {
  if (error instanceof RateLimitedError) {
    return `Too many tries. Try again in ${seconds(error.retryAfter)}.`;
  }
  if (error instanceof RoomFullError)
    return `This call is full: it holds ${error.capacity} people.`;
  if (!(error instanceof PeerqlError)) return 'Something went wrong. Please try again.';
  return WORDS[error.code] ?? error.message;
}

const WORDS: Readonly<Record<string, string>> = {
  NETWORK: 'The server cannot be reached. Check your connection and try again.',
  UNAVAILABLE: 'The server is busy for the moment. Please try again.',
  EMAIL_TAKEN: 'There is an account with this email already. Sign in to it?',
  BAD_CREDENTIALS: 'The email or the password is wrong.',
  MAIL_UNAVAILABLE: 'This server cannot send mail: it was not told how. Ask whoever runs it.',
  ROOM_NOT_FOUND: 'There is no such call, or it has ended.',
  ROOM_LOCKED: 'This call is locked: nobody new gets in for now.',
  KNOCK_DENIED: 'The host did not let you in.',
  REMOVED_FROM_ROOM: 'The host has removed you from this call for good.',
  KNOCK_NOT_FOUND: 'They are not waiting any more.',
  NOT_HOST: 'Only the host can do this.',
  NOT_OWNER: 'Only the owner of the room can do this.',
  NOT_IN_ROOM: 'You are not in this call any more.',
  PEER_NOT_IN_ROOM: 'They have left the call.',
  GUESTS_NOT_ALLOWED: 'This call is for people with an account: sign in, or make one.',
  ALREADY_IN_ROOM: 'You are in this call already, in another tab or on another device.',
  UNAUTHENTICATED: 'You are signed out. Please sign in again.',
};

/** How well a connection does, for its mark. */
export const QUALITY_WORDS: Readonly<Record<ConnectionQuality, string>> = {
  unknown: 'Connection not measured yet',
  good: 'Good connection',
  fair: 'Fair connection',
  poor: 'Poor connection',
  lost: 'Connection lost',
};

function seconds(count: number): string {
  if (count < 90) return count === 1 ? 'a second' : `${count} seconds`;
  return `${Math.ceil(count / 60)} minutes`;
}
