import type { Account, Person, Session, SessionEnd } from './account.ts';

/**
 * Stored accounts. Every method rejects with `UnavailableError` while the store does not answer. A write that has
 * resolved survives a restart.
 */
export interface AccountStore {
  /**
   * Stores a new account. If two accounts with one email are inserted at once, exactly one insert resolves, and the
   * other rejects with `EmailTakenError`. For two accounts of one person (issuer and subject) it is `PersonTakenError`.
   */
  insert(account: Account): Promise<void>;
  findById(id: string): Promise<Account | null>;
  /** Those of these accounts that exist, in no order. */
  findMany(ids: readonly string[]): Promise<Account[]>;
  /** `email` is compared as given: callers normalise it first. */
  findByEmail(email: string): Promise<Account | null>;
  /** Issuer and subject are compared as given, each in its whole length. */
  findByPerson(person: Person): Promise<Account | null>;
  /** Changes only the given fields. Resolves to the changed account, or null if there is none. */
  update(id: string, change: AccountChange): Promise<Account | null>;
  /**
   * Replaces the hash `current` with `next` in one step. Resolves to false and changes nothing if the hash is not
   * `current` any more.
   */
  replacePasswordHash(id: string, current: string, next: string): Promise<boolean>;
  /** Up to `first` accounts with ids after `afterId` (null: from the start), in the order of their ids. */
  list(first: number, afterId: string | null): Promise<Account[]>;
  /** Deletes the guests of a room; resolves to their ids. The caller has to end their sessions. */
  deleteGuestsOf(roomId: string): Promise<string[]>;
  /** The ids of all rooms that have guests, each once. */
  roomsWithGuests(): Promise<string[]>;
  /** Resolves to whether there was such an account. The caller has to end its sessions and rooms. */
  delete(id: string): Promise<boolean>;
  /**
   * Removes deleted data from the store's own files, if it has any. If somebody is reading them at this moment, this
   * may wait until the next call.
   */
  purge(): Promise<void>;
}

export type AccountChange = Partial<
  Pick<Account, 'name' | 'passwordHash' | 'emailVerified' | 'disabledAt' | 'identity'>
>;

/** Stored sessions, with the same promises as {@link AccountStore}. An expired session is never returned. */
export interface SessionStore {
  insert(session: Session): Promise<void>;
  find(id: string): Promise<Session | null>;
  /** The live sessions of an account, newest first. */
  listByAccount(accountId: string): Promise<Session[]>;
  /** The live ones among these sessions, in no order, with the time at which each expires. */
  liveAmong(ids: readonly string[]): Promise<Pick<Session, 'id' | 'expiresAt'>[]>;
  /** Moves the end of a live session later, never earlier. Resolves to whether the session is live. */
  extend(id: string, expiresAt: Date): Promise<boolean>;
  /** Notes that the session was used. Does nothing if the session does not exist. */
  touch(id: string, lastSeenAt: Date): Promise<void>;
  /** Resolves to whether it existed: of two deletes at once, exactly one resolves to true. */
  delete(id: string): Promise<boolean>;
  /** Deletes all sessions of an account but `exceptId`, if given; resolves to the ids deleted. */
  deleteByAccount(accountId: string, exceptId?: string): Promise<string[]>;
}

/** What a one-time token may be used for. It is not accepted for anything else. */
export type TokenPurpose = 'CONNECT' | 'VERIFY_EMAIL' | 'RESET_PASSWORD';

/** A token that works once, as it is stored. */
export interface OneTimeToken {
  /** Of the token's text, which is not kept. */
  readonly hash: string;
  readonly purpose: TokenPurpose;
  readonly accountId: string;
  /** The session that it stands for; null if it stands for the owner of the email. */
  readonly sessionId: string | null;
  readonly expiresAt: Date;
}

/** Stored one-time tokens, with the same promises as {@link AccountStore}. An expired token is never returned. */
export interface OneTimeTokenStore {
  insert(token: OneTimeToken): Promise<void>;
  /**
   * Removes a token and resolves to it; of two takes at once, exactly one gets it. Null if there is none for this
   * purpose.
   */
  take(hash: string, purpose: TokenPurpose): Promise<OneTimeToken | null>;
  deleteByAccount(accountId: string): Promise<void>;
}

/** A token of an outside issuer that was used here, as it is stored. */
export interface OutsideToken {
  /** Of the token's text, which is not kept. */
  readonly hash: string;
  /** The session that it stands for. */
  readonly sessionId: string;
  /**
   * When that session expires. If the session is gone before that, it was ended, and its tokens are not accepted any
   * more.
   */
  readonly sessionEndsAt: Date;
  /** When the token itself expires. */
  readonly expiresAt: Date;
}

/**
 * Stores which tokens of outside issuers were used, and until when the earlier tokens of a person are refused, with the
 * same promises as {@link AccountStore}. Expired records are never returned.
 */
export interface OutsideTokenStore {
  find(hash: string): Promise<OutsideToken | null>;
  /**
   * Stores a token in one step, if the stored token with its hash stands for the session `inPlaceOf` (null: if there is
   * no stored one). Resolves to whether it was stored.
   */
  put(token: OutsideToken, inPlaceOf: string | null): Promise<boolean>;
  /** Sets `sessionEndsAt` of all tokens of a session. */
  extend(sessionId: string, sessionEndsAt: Date): Promise<void>;
  /**
   * Notes when a person's sessions were ended, and keeps that until `keptUntil`. An earlier time never replaces a later
   * one.
   */
  endPerson(person: Person, endedAt: Date, keptUntil: Date): Promise<void>;
  /** When a person's sessions were ended last; null if none were, or if that is not kept any more. */
  endOf(person: Person): Promise<Date | null>;
}

/** Tells the other nodes of a cluster about ended sessions. */
export interface SessionEnds {
  /** Tells every other node. It never rejects: a node that cannot be told now is told as soon as possible. */
  publish(end: SessionEnd): Promise<void>;
  /**
   * Calls `listener` once with each end at another node. After a lost contact it still gets the ends of the last
   * minutes.
   */
  subscribe(listener: (end: SessionEnd) => void): void;
}

/** Hashes and checks passwords. */
export interface PasswordHasher {
  /** Resolves to a PHC string. Rejects with `RateLimitedError`, before any work, when too many wait already. */
  hash(password: string): Promise<string>;
  /**
   * Whether `hash` is the hash of `password`. A null hash resolves to false, and takes as long as a hash made by
   * `hash`.
   */
  verify(hash: string | null, password: string): Promise<boolean>;
  /**
   * As `verify`, for another form of a password of which one form was verified already. It is never rejected because
   * too many wait: an attempt that has begun must be counted.
   */
  verifyFurther(hash: string | null, password: string): Promise<boolean>;
  /** Does no work. @throws RateLimitedError when too many wait already, as `hash` and `verify` would */
  checkQueue(): void;
  /** Whether `hash` was made with weaker parameters than those in force. */
  needsRehash(hash: string): boolean;
  /** Whether `hash` depends on all of `password`. One that does not also matches longer and other passwords. */
  readsAllOf(hash: string, password: string): boolean;
}

/** The content of a token. The token only names a session; the session's record decides whether it is valid. */
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
   * Notes how many sockets an owner has at this node now (0 is allowed). Resolves to how many there are at all nodes,
   * or to `here` if that cannot be found out. It never rejects.
   *
   * @param owner the user or the address
   */
  note(owner: string, here: number): Promise<number>;
}
