import type { Account, Person, Session, SessionEnd } from './account.ts';

/**
 * Accounts at rest. Every method rejects with `UnavailableError` while the store does not answer; a write that
 * resolved is there after a restart.
 */
export interface AccountStore {
  /**
   * Stores a new account. Of two inserts of one email at once exactly one resolves; the other rejects with
   * `EmailTakenError`. Of two of one person (issuer and subject) the other rejects with `PersonTakenError`.
   */
  insert(account: Account): Promise<void>;
  findById(id: string): Promise<Account | null>;
  /** `email` is compared as given: callers normalise it first. */
  findByEmail(email: string): Promise<Account | null>;
  /** Issuer and subject are compared as given, each in its whole length. */
  findByPerson(person: Person): Promise<Account | null>;
  /** Changes the given fields alone; resolves to the account as it is then, or null when there is none. */
  update(id: string, change: AccountChange): Promise<Account | null>;
  /**
   * Puts `next` in the place of the hash `current`, in one step; resolves to false, having changed nothing, where
   * another has come before.
   */
  replacePasswordHash(id: string, current: string, next: string): Promise<boolean>;
  /** Up to `first` accounts with ids past `afterId`, or from the start, in the order of their ids. */
  list(first: number, afterId: string | null): Promise<Account[]>;
  /** Deletes the guests of a room; resolves to their ids. Their sessions are the caller's to end. */
  deleteGuestsOf(roomId: string): Promise<string[]>;
  /** The ids of all rooms that have guests, each once. */
  roomsWithGuests(): Promise<string[]>;
  /** Resolves to whether there was such an account. Its sessions and rooms are the caller's to end. */
  delete(id: string): Promise<boolean>;
  /**
   * Leaves nothing of what was deleted in files of the store's own, where it keeps any; who reads them at this moment may
   * put it off to the next call.
   */
  purge(): Promise<void>;
}

export type AccountChange = Partial<
  Pick<Account, 'name' | 'passwordHash' | 'emailVerified' | 'disabledAt' | 'identity'>
>;

/** Sessions at rest; the same promises as {@link AccountStore}. An expired session is never returned. */
export interface SessionStore {
  insert(session: Session): Promise<void>;
  find(id: string): Promise<Session | null>;
  /** The live sessions of an account, newest first. */
  listByAccount(accountId: string): Promise<Session[]>;
  /** Those of these sessions that are live, in no order, and when each ends by itself. */
  liveAmong(ids: readonly string[]): Promise<Pick<Session, 'id' | 'expiresAt'>[]>;
  /** Pushes the end of a live session on, never back; resolves to whether it is live. */
  extend(id: string, expiresAt: Date): Promise<boolean>;
  /** Notes that the session was used. Nothing happens when it is gone. */
  touch(id: string, lastSeenAt: Date): Promise<void>;
  /** Resolves to whether it was there: of two deletes at once exactly one resolves to true. */
  delete(id: string): Promise<boolean>;
  /** Deletes all sessions of an account but `exceptId`, if given; resolves to the ids deleted. */
  deleteByAccount(accountId: string, exceptId?: string): Promise<string[]>;
}

/** What a one-time token is good for; it is worth nothing for anything else. */
export type TokenPurpose = 'CONNECT' | 'VERIFY_EMAIL' | 'RESET_PASSWORD';

/** A token that works once, as it is kept at rest. */
export interface OneTimeToken {
  /** Of the token's text, which is not kept. */
  readonly hash: string;
  readonly purpose: TokenPurpose;
  readonly accountId: string;
  /** The session it speaks for; null where it speaks for the owner of the email. */
  readonly sessionId: string | null;
  readonly expiresAt: Date;
}

/** One-time tokens at rest; the same promises as {@link AccountStore}. An expired one is never returned. */
export interface OneTimeTokenStore {
  insert(token: OneTimeToken): Promise<void>;
  /** Removes and resolves to it: of two takes at once exactly one does. Null where there is none of this purpose. */
  take(hash: string, purpose: TokenPurpose): Promise<OneTimeToken | null>;
  deleteByAccount(accountId: string): Promise<void>;
}

/** A token of an issuer outside that was used here, as it is kept at rest. */
export interface OutsideToken {
  /** Of the token's text, which is not kept. */
  readonly hash: string;
  /** The session that it stands for. */
  readonly sessionId: string;
  /** When that session ends by itself: one that is gone before was ended, and its tokens with it. */
  readonly sessionEndsAt: Date;
  /** When the token itself is worth nothing any more. */
  readonly expiresAt: Date;
}

/**
 * Which tokens of issuers outside were used, and whose earlier ones are worth nothing any more, at rest; the same
 * promises as {@link AccountStore}. What has expired is never returned.
 */
export interface OutsideTokenStore {
  find(hash: string): Promise<OutsideToken | null>;
  /**
   * Stores a token, in one step, where the one with its hash stands for the session `inPlaceOf`, or with null where there
   * is none; resolves to whether it did.
   */
  put(token: OutsideToken, inPlaceOf: string | null): Promise<boolean>;
  /** Pushes `sessionEndsAt` of all tokens of a session on. */
  extend(sessionId: string, sessionEndsAt: Date): Promise<void>;
  /** Notes when somebody's sessions were ended, until `keptUntil`; never an earlier moment than is known. */
  endPerson(person: Person, endedAt: Date, keptUntil: Date): Promise<void>;
  /** When somebody's sessions were ended last; null where that is not known (any more). */
  endOf(person: Person): Promise<Date | null>;
}

/** Carries ends of sessions from one node of a cluster to the others. */
export interface SessionEnds {
  /** Tells every other node. Does not reject: who cannot be told now is told as soon as that can be. */
  publish(end: SessionEnd): Promise<void>;
  /** Calls `listener` with each end at another node, once; those of the last minutes also after a time without contact. */
  subscribe(listener: (end: SessionEnd) => void): void;
}

/** Hashes and checks passwords. */
export interface PasswordHasher {
  /** Resolves to a PHC string. Rejects with `RateLimitedError`, before any work, when too many wait already. */
  hash(password: string): Promise<string>;
  /** Whether `password` made `hash`. A null hash takes as long as one that `hash` has made, and resolves to false. */
  verify(hash: string | null, password: string): Promise<boolean>;
  /** Costs nothing. @throws RateLimitedError when too many wait already, as `hash` and `verify` would */
  checkQueue(): void;
  /** Whether `hash` was made with weaker parameters than those in force. */
  needsRehash(hash: string): boolean;
}

/** What a token says. The session record decides; the token only names it. */
export interface TokenClaims {
  readonly sessionId: string;
  readonly accountId: string;
}

/** Makes and reads the signed tokens that name a session. */
export interface TokenSigner {
  sign(claims: TokenClaims, expiresAt: Date): Promise<string>;
  /** Resolves to null for a token that is malformed, expired, of another issuer or signed with another key or algorithm. */
  read(token: string): Promise<TokenClaims | null>;
}

/** How many sockets each user and each address has at all nodes of a cluster. */
export interface SocketTally {
  /**
   * Notes how many there are at this node now, which may be none. Resolves to how many there are at all nodes, or, where
   * that cannot be learnt, to `here`; it never rejects.
   *
   * @param owner whose they are
   */
  note(owner: string, here: number): Promise<number>;
}
