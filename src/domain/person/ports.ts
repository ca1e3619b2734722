import type { User } from '../accounts/account.ts';
import type { Call } from '../call/call.ts';
import type { Contact } from '../people/contact-list.ts';

/** Whether somebody can be reached now. */
export type Presence = 'ONLINE' | 'IN_CALL' | 'OFFLINE';

/** A contact whose presence is known; null if it is not shown to the reader. */
export type SeenContact = Contact & { readonly presence: Presence | null };

/** What live calls ask about contacts, blocks and settings at rest. All of it rejects with `UnavailableError`. */
export interface Acquaintances {
  /**
   * The users whom the caller may ring, in the order of `userIds`. Left out are, all alike: who does not exist, guests,
   * who has blocked the caller or was blocked by them, and who does not let the caller ring.
   */
  ringable(callerId: string, userIds: readonly string[]): Promise<User[]>;
  /** The contacts of a user, in all states, newest first: as many as one user may have. */
  contactsOf(userId: string): Promise<Contact[]>;
  /** The ids of those who may see the presence of a user: accepted contacts, unless the user does not show it. */
  watchersOf(userId: string): Promise<string[]>;
  /** Those of these users who let accepted contacts see their presence. */
  showingPresence(userIds: readonly string[]): Promise<Set<string>>;
  /** Whether a user lets a second call knock while they are in one. */
  allowsWaiting(userId: string): Promise<boolean>;
}

/** Rings people who have no device online, by Web Push. */
export interface Pushes {
  /** Whether the user has a subscription, so that a ring can wait for them. */
  has(userId: string): Promise<boolean>;
  /**
   * Tells the subscriptions of a callee that a call rings; called once for each leg that rings, online or not. It may
   * return before it is sent, and must not throw.
   */
  ring(userId: string, call: Call): void;
  /** Tells them that it rings no more. */
  end(userId: string, call: Call): void;
}

/** Calls at rest. */
export interface CallHistory {
  /**
   * Keeps an ended call for the caller and for every callee. The same call may come again, with the same content:
   * then nothing changes.
   */
  record(call: Call): Promise<void>;
}
