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
  /** The only room it may enter, with which it ends; null for everybody but guests. */
  readonly guestOf: string | null;
  /** Who its owner is to the issuer that vouches for them; null for who has registered here, and for guests. */
  readonly identity: Identity | null;
}

/** Somebody, as an issuer outside names them. Never an email: two issuers may say the same one. */
export interface Person {
  readonly issuer: string;
  readonly subject: string;
}

/** What an issuer outside says of the owner of an account. */
export interface Identity extends Person {
  /** Shown to the owner alone. It is no way to sign in, and no mail goes there. */
  readonly email: string | null;
  /** The URL of a picture, `https:`. */
  readonly picture: string | null;
}

/** What a session is limited to: one room, and the role in it. */
export interface Grant {
  readonly roomId: string;
  /** HOST moderates as the owner does; MEMBER never does; null: as everybody else. */
  readonly role: 'HOST' | 'MEMBER' | null;
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
  /** Null: it is limited to no room. */
  readonly grant: Grant | null;
}

/** A session that has ended before its time: signed out or revoked. */
export interface SessionEnd {
  readonly sessionId: string;
  readonly accountId: string;
}
