import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { OneTimeToken, OneTimeTokenStore, TokenPurpose } from './ports.ts';

/** A token that has just been made. Its text is known only now. */
export interface IssuedToken {
  /** 256 random bits in base64url. It has no dot, so it cannot be mistaken for a JSON Web Token. */
  readonly token: string;
  readonly expiresAt: Date;
}

/** Makes and redeems tokens that work once. Only their SHA-256 is stored. */
export class OneTimeTokens {
  readonly #tokens: OneTimeTokenStore;
  readonly #clock: Clock;

  constructor(parts: { tokens: OneTimeTokenStore; clock: Clock }) {
    this.#tokens = parts.tokens;
    this.#clock = parts.clock;
  }

  /** @param ttlMs how long it works, in milliseconds */
  async issue(
    purpose: TokenPurpose,
    owner: { accountId: string; sessionId: string | null },
    ttlMs: number,
  ): Promise<IssuedToken> {
    const token = randomBytes(32).toString('base64url');
    const expiresAt = new Date(this.#clock.now() + ttlMs);
    const { accountId, sessionId } = owner;
    await this.#tokens.insert({ hash: hashOf(token), purpose, accountId, sessionId, expiresAt });
    return { token, expiresAt };
  }

  /** Resolves to what the token stands for, once. Null: it is used up, expired, or for another purpose. */
  redeem(purpose: TokenPurpose, token: string): Promise<OneTimeToken | null> {
    return this.#tokens.take(hashOf(token), purpose);
  }

  /** Invalidates every token of the account. */
  async revokeAll(accountId: string): Promise<void> {
    await this.#tokens.deleteByAccount(accountId);
  }
}

// 256 random bits cannot be guessed, so a fast hash is enough.
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
