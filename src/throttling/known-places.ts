import { createHash } from 'node:crypto';
import type { KnownPlaces } from '../domain/accounts/known-places.ts';
import { type Counter, type MakeLimiter, memoryLimiters } from './exponential-throttle.ts';

/** How long a place is known after the last sign-in there, in seconds. */
const KNOWN_SECONDS = 20 * 24 * 3600;

/** Remembers only a hash of account and address, from which neither can be read. */
export class RememberedPlaces implements KnownPlaces {
  readonly #places: Counter;

  constructor(limiter: MakeLimiter = memoryLimiters()) {
    this.#places = limiter({ points: 1, duration: KNOWN_SECONDS, keyPrefix: 'places' });
  }

  async knows(email: string, address: string): Promise<boolean> {
    return (await this.#places.get(digestOf(email, address))) !== null;
  }

  async remember(email: string, address: string): Promise<void> {
    await this.#places.set(digestOf(email, address), 1, KNOWN_SECONDS);
  }
}

function digestOf(email: string, address: string): string {
  return createHash('sha256').update(`${email}\n${address}`).digest('base64url').slice(0, 22);
}
