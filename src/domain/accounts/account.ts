/** Somebody who can sign in. Only the owner sees it; others see a {@link User}. */
export interface Account {
  readonly id: string;
  readonly name: string;
  /** Lower-cased and trimmed; unique. */
  readonly email: string;
  /** Whether somebody has opened the verification link or the reset link that was mailed to this address. */
  readonly emailVerified: boolean;
  /**
   * Argon2id as a PHC string. Until an imported user signs in for the first time: bcrypt, Argon2 or scrypt. Never
   * leaves the domain.
   */
  readonly passwordHash: string;
  readonly createdAt: Date;
  /** When an operator disabled the account; null: it is not disabled. */
  readonly disabledAt: Date | null;
  /** The only room that a guest may enter; the account ends with that room. Null for everybody but guests. */
  readonly guestOf: string | null;
  /** How an outside issuer names the owner; null for those who registered here, and for guests. */
  readonly identity: Identity | null;
}

/** A person, as an outside issuer names them. It holds no email, because two issuers may give the same one. */
export interface Person {
  readonly issuer: string;
  readonly subject: string;
}

/** What an outside issuer says about the owner of an account. */
export interface Identity extends Person {
  /** Shown only to the owner. Nobody signs in with it, and no mail is sent to it. */
  readonly email: string | null;
  /** The URL of a picture, `https:`. */
  readonly picture: string | null;
}

/** What a session is limited to: one room, and the role in it. */
export interface Grant {
  readonly roomId: string;
  /** HOST moderates as the owner does. MEMBER never moderates. Null: the role is decided as for everybody else. */
  readonly role: 'HOST' | 'MEMBER' | null;
}

/** What others may see of an account. */
export interface User {
  readonly id: string;
  readonly name: string;
  /** Whether it is a guest: somebody whom one room let in with only a name. */
  readonly isGuest: boolean;
}

/** One sign-in of an account. It is the record behind a token: when it is gone, the token is no longer valid. */
export interface Session {
  readonly id: string;
  readonly accountId: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly userAgent: string | null;
  /** Null: the session is not limited to a room. */
  readonly grant: Grant | null;
}

/** A session that has ended before its time: signed out or revoked. */
export interface SessionEnd {
  readonly sessionId: string;
  readonly accountId: string;
}
