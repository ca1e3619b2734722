import { randomFillSync } from 'node:crypto';

// Drawn in one go for many: each call to the system's generator costs as much as all the rest of a join's bookkeeping.
const pool = Buffer.alloc(4096);
let used = pool.length;

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const hex = pool.toString('hex', used, used + bytes);
  // What was handed out is not kept.
  pool.fill(0, used, used + bytes);
  used += bytes;
  return hex;
}

/** 16 lower-case hex characters from 64 random bits: names rooms, accounts and stays, and cannot be guessed. */
export function newId(): string {
  return randomHex(8);
}

/** 32 lower-case hex characters from 128 random bits, for what opens a door by itself: sessions. */
export function newSessionId(): string {
  return randomHex(16);
}
