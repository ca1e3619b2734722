import type { Account, User } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/ports.ts';
import type { ContactList, KnownContact } from './contact-list.ts';
import { otherOf, standingOf } from './pairs.ts';
import type { AllowedCallers, ContactStore } from './ports.ts';
import type { Reachability } from './reachability.ts';
import { type Standing, stateOf } from './stance.ts';

/** What live calls and presence ask about contacts, blocks and reachability. */
export class Acquaintances {
  readonly #contacts: ContactStore;
  readonly #accounts: AccountStore;
  readonly #list: ContactList;
  readonly #reachability: Reachability;

  constructor(parts: {
    contacts: ContactStore;
    accounts: AccountStore;
    list: ContactList;
    reachability: Reachability;
  }) {
    this.#contacts = parts.contacts;
    this.#accounts = parts.accounts;
    this.#list = parts.list;
    this.#reachability = parts.reachability;
  }

  /**
   * The users whom the caller may ring, in the order of `userIds`. Left out are, all alike: who does not exist or is
   * disabled, guests, the caller, who has blocked the caller or was blocked by them, and who does not let the caller ring.
   */
  async ringable(callerId: string, userIds: readonly string[]): Promise<User[]> {
    const [accounts, reaches, pairs] = await Promise.all([
      this.#accounts.findMany([callerId, ...userIds]),
      this.#reachability.ofMany(userIds),
      Promise.all(userIds.map((userId) => this.#contacts.find(callerId, userId))),
    ]);
    const byId = new Map(accounts.map((account) => [account.id, account]));
    if (!canCall(byId.get(callerId))) return [];
    return userIds.flatMap((userId, at) => {
      const account = byId.get(userId);
      if (userId === callerId || !canCall(account)) return [];
      const standing = standingOf(pairs[at] ?? null, callerId);
      if (!isAllowed(reaches.get(userId)?.allowCallsFrom, standing)) return [];
      return [{ id: account.id, name: account.name, isGuest: false }];
    });
  }

  /** All contacts of a user whose account is known, newest first. */
  contactsOf(userId: string): Promise<KnownContact[]> {
    return this.#list.known(userId);
  }

  /** The ids of those who may see the presence of a user: accepted contacts, unless the user does not show it. */
  async watchersOf(userId: string): Promise<string[]> {
    const pairs = await this.#contacts.listOf(userId);
    const accepted = pairs.filter((pair) => stateOf(standingOf(pair, userId)) === 'ACCEPTED');
    // Many people have no contacts, and each call changes the presence of two people twice.
    if (accepted.length === 0 || !(await this.#reachability.of(userId)).showPresence) return [];
    return accepted.map((pair) => otherOf(pair, userId));
  }

  /** Those of these users who let accepted contacts see their presence. */
  showingPresence(userIds: readonly string[]): Promise<Set<string>> {
    return this.#reachability.showingPresence(userIds);
  }

  /** Whether a user lets a second call knock while they are in one. */
  async allowsWaiting(userId: string): Promise<boolean> {
    return (await this.#reachability.of(userId)).callWaiting;
  }
}

/** Guests and disabled accounts neither ring nor are rung. */
function canCall(account: Account | undefined): account is Account {
  return account !== undefined && account.guestOf === null && account.disabledAt === null;
}

function isAllowed(from: AllowedCallers | undefined, standing: Standing): boolean {
  if (from === 'EVERYONE') return !isBlocked(standing);
  return from === 'CONTACTS' && stateOf(standing) === 'ACCEPTED';
}

function isBlocked({ mine, theirs }: Standing): boolean {
  return mine === 'BLOCKS' || theirs === 'BLOCKS';
}
