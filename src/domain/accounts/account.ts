/** Somebody who can sign in. Only the owner sees it; others see a {@link User}. */
export interface Account {
  readonly id: string;
  readonly name: string;
  /** Lower-cased and trimmed; unique. */
  readonly email: string;
  /** Whether somebody who reads this email's mail has said that the account is theirs. */
  readonly emailVerified: boolean;
  /** Argon2id as a PHC string, or, until the first sign-in of who was imported, bcrypt, Argon2 or scrypt. Never leaves the domain. */
  readonly passwordHash: string;
  readonly createdAt: Date;
  /** Since when an operator keeps its owner out; null: nobody does. */
  readonly disabledAt: Date | null;
  /** The only room it may enter, with which it ends; null for who has registered. */
  readonly guestOf: string | null;
}

/** What others may see of an account. */
export interface User {
  readonly id: string;
  readonly name: string;
  /** Whether it is nobody's account: somebody whom one room let in with a name alone. */
  readonly isGuest: boolean;
}

/** One sign-in of an account. The record behind a token: when it is gone, the token is worth nothing. */
export interface Session {
  readonly id: string;
  readonly accountId: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly userAgent: string | null;
}

/** A session that has ended before its time: signed out or revoked. */
export interface SessionEnd {
  readonly sessionId: string;
  readonly accountId: string;
}
