import type { PagePlace } from '../rooms/ports.ts';
import type { Stance } from './stance.ts';

/**
 * How two people stand to each other, in one record for both: whoever changes it decides from both sides, and writes
 * only if nobody has changed it meanwhile.
 */
export interface ContactPair {
  /** The ids of both; `one` is the smaller as a string. */
  readonly one: string;
  readonly two: string;
  readonly stanceOfOne: Stance;
  readonly stanceOfTwo: Stance;
  /** When it was changed last. */
  readonly since: Date;
  /** Another one after every change. */
  readonly revision: string;
}

/** A request by address, as its maker sees it until it is accepted, whether or not the address has an account. */
export interface AddressRequest {
  readonly ownerId: string;
  /** In lower case. */
  readonly email: string;
  readonly since: Date;
}

/**
 * Stored contacts. Every method rejects with `UnavailableError` while the store does not answer. A write that has
 * resolved survives a restart.
 */
export interface ContactStore {
  /** The pair of two people, whatever the order of their ids. */
  find(userId: string, otherId: string): Promise<ContactPair | null>;
  /**
   * Writes a pair in one step, if the stored one has the revision `before` (null: if there is none). Resolves to
   * whether it was written.
   */
  put(pair: ContactPair, before: string | null): Promise<boolean>;
  /** Removes a pair in one step, if it still has this revision. Resolves to whether it was removed. */
  remove(pair: ContactPair): Promise<boolean>;
  /** All pairs of a person, in no order. */
  listOf(userId: string): Promise<ContactPair[]>;
  /** Stores a request by address; one that exists already keeps its time. */
  putRequest(request: AddressRequest): Promise<void>;
  /** All requests by address that a person has made, in no order. */
  requestsOf(ownerId: string): Promise<AddressRequest[]>;
  /** Resolves to whether there was such a request. */
  removeRequest(ownerId: string, email: string): Promise<boolean>;
  /** Deletes everything of a person: the pairs on both sides, and the requests that they made. */
  deleteByUser(userId: string): Promise<void>;
}

/** Who may call somebody: everybody with an account, accepted contacts, or nobody. */
export type AllowedCallers = 'EVERYONE' | 'CONTACTS' | 'NOBODY';

/** What somebody lets others do. */
export interface Reach {
  readonly allowCallsFrom: AllowedCallers;
  /** Whether accepted contacts may see who is online. */
  readonly showPresence: boolean;
  /** Whether a second call may knock while the person is in one, instead of being told that they are busy. */
  readonly callWaiting: boolean;
}

/** Stored choices of {@link Reach}, with the same promises as {@link ContactStore}. */
export interface ReachStore {
  /** What a person has chosen; what they have not chosen is missing. */
  find(userId: string): Promise<Partial<Reach>>;
  /** The same for many, by id; those who have chosen nothing are missing. */
  findMany(userIds: readonly string[]): Promise<Map<string, Partial<Reach>>>;
  /** Changes only what is given, in one step. Resolves to everything that the person has chosen. */
  update(userId: string, change: Partial<Reach>): Promise<Partial<Reach>>;
  deleteByUser(userId: string): Promise<void>;
}

/** A call that has ended, as it is stored. */
export interface KeptCall {
  readonly id: string;
  readonly createdAt: Date;
  /** JSON. */
  readonly body: string;
}

/** A page of calls, newest first. */
export interface KeptCallPage {
  readonly calls: KeptCall[];
  readonly hasNextPage: boolean;
}

/**
 * Stored calls: each person of a call has an own copy, so that one who is deleted takes nothing from the others. The
 * same promises as {@link ContactStore}.
 */
export interface CallStore {
  /** Stores a call for these people, all or none. Whoever has it already keeps the copy that they have. */
  record(call: KeptCall, userIds: readonly string[]): Promise<void>;
  /**
   * The calls of a person in the order (createdAt, id), both descending: at most `first`, made after `since`, after the
   * call with the given creation time and id.
   */
  list(userId: string, since: Date, first: number, after: PagePlace | null): Promise<KeptCallPage>;
  /** Up to when the person has seen their calls; null if they never have. */
  seenUntil(userId: string): Promise<Date | null>;
  /** Moves that moment forward, never back, in one step. Resolves to the latest one. */
  markSeen(userId: string, until: Date): Promise<Date>;
  /** Deletes the calls of a person, and what they have seen. */
  deleteByUser(userId: string): Promise<void>;
  /** Deletes the calls that were made at this time or before; resolves to how many copies. */
  deleteUntil(time: Date): Promise<number>;
}

/** Where a browser can be reached by push messages (RFC 8030), as it is stored. */
export interface PushSubscription {
  /** A hash of the endpoint. */
  readonly id: string;
  /** A URL of the browser's push service. Whoever has it may try to send. */
  readonly endpoint: string;
  /** The browser's public key: a point of P-256, 65 bytes, in base64url. */
  readonly p256dh: string;
  /** The secret that the browser shares, 16 bytes, in base64url. */
  readonly auth: string;
  readonly userId: string;
  /** The session that saved it, with which it ends. */
  readonly sessionId: string;
  readonly createdAt: Date;
}

/** Stored push subscriptions, with the same promises as {@link ContactStore}. */
export interface PushSubscriptionStore {
  /**
   * Stores a subscription in one step. One with the same id is replaced if it belongs to the same person, or has the
   * same keys. Resolves to whether it was stored.
   */
  save(subscription: PushSubscription): Promise<boolean>;
  /** The subscriptions of a person, oldest first. */
  listOf(userId: string): Promise<PushSubscription[]>;
  /** Removes a subscription, if it belongs to this person. Resolves to whether there was one. */
  delete(id: string, userId: string): Promise<boolean>;
  deleteBySession(sessionId: string): Promise<void>;
  deleteByUser(userId: string): Promise<void>;
  /** Deletes those whose session has ended; resolves to how many. */
  deleteEnded(): Promise<number>;
}

/** Keys that the server makes once and all servers of a store share, with the same promises as {@link ContactStore}. */
export interface ServerKeyStore {
  /** Stores a key unless there is one of that name. Resolves to the one that is stored: of two at once, to the same. */
  ensure(name: string, made: string): Promise<string>;
}

/** What the token in a push message says: whose browser it was sent to, and about which call. */
export interface RingClaims {
  readonly callId: string;
  readonly userId: string;
  /** The session that saved the subscription. The token ends with it. */
  readonly sessionId: string;
}

/**
 * Makes and reads the tokens by which the service worker of a browser asks about the one call that it was woken for. A
 * worker has no other way to sign in: it does not know the bearer token of its page, and a cookie may be of somebody else.
 */
export interface RingTokens {
  sign(claims: RingClaims, expiresAt: Date): Promise<string>;
  /** Resolves to null for a token that is malformed, expired, or not of this server. */
  read(token: string): Promise<RingClaims | null>;
}
