import { randomBytes } from 'node:crypto';

/** 16 lower-case hex characters from 64 random bits: names rooms, accounts and stays, and cannot be guessed. */
export function newId(): string {
  return randomBytes(8).toString('hex');
}

/** 32 lower-case hex characters from 128 random bits, for what opens a door by itself: sessions. */
export function newSessionId(): string {
  return randomBytes(16).toString('hex');
}
