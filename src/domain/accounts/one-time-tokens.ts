import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { OneTimeToken, OneTimeTokenStore, TokenPurpose } from './ports.ts';

/** A token that has just been made. This is the only time that its text is known. */
export interface IssuedToken {
  /** 256 random bits in base64url, without a dot: no JSON Web Token looks like it. */
  readonly token: string;
  readonly expiresAt: Date;
}

/** Makes and redeems tokens that work once. At rest there is their SHA-256 alone. */
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

  /** Resolves to what the token stands for, once; to null when it is used up, expired, or for another purpose. */
  redeem(purpose: TokenPurpose, token: string): Promise<OneTimeToken | null> {
    return this.#tokens.take(hashOf(token), purpose);
  }

  /** Makes every token of the account worthless. */
  async revokeAll(accountId: string): Promise<void> {
    await this.#tokens.deleteByAccount(accountId);
  }
}

// 256 random bits cannot be found by trying, so a fast hash does.
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
