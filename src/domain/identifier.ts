import { randomFillSync } from 'node:crypto';

// Random bytes are drawn for many ids at once: one call to the system's generator costs as much as the rest of a join.
const pool = Buffer.alloc(4096);
let used = pool.length;

/** Lower-case hex characters, two for each byte, which cannot be guessed. */
export function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const hex = pool.toString('hex', used, used + bytes);
  // Used bytes are erased.
  pool.fill(0, used, used + bytes);
  used += bytes;
  return hex;
}

/** 16 lower-case hex characters from 64 random bits: the id of a room, an account or a stay. It cannot be guessed. */
export function newId(): string {
  return randomHex(8);
}

/** 32 lower-case hex characters from 128 random bits: the id of a session, which alone gives access. */
export function newSessionId(): string {
  return randomHex(16);
}
