import type { Account, User } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/ports.ts';
import type { ContactList, KnownContact } from './contact-list.ts';
import { standingOf } from './pairs.ts';
import type { ContactStore } from './ports.ts';
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
    const caller = await this.#accounts.findById(callerId);
    if (!canCall(caller)) return [];
    const users = await Promise.all(userIds.map((userId) => this.#ringable(callerId, userId)));
    return users.filter((user) => user !== null);
  }

  /** All contacts of a user whose account is known, newest first. */
  contactsOf(userId: string): Promise<KnownContact[]> {
    return this.#list.known(userId);
  }

  /** The ids of those who may see the presence of a user: accepted contacts, unless the user does not show it. */
  async watchersOf(userId: string): Promise<string[]> {
    const { showPresence } = await this.#reachability.of(userId);
    return showPresence ? this.#accepted(userId) : [];
  }

  /** Those of these users who let accepted contacts see their presence. */
  showingPresence(userIds: readonly string[]): Promise<Set<string>> {
    return this.#reachability.showingPresence(userIds);
  }

  /** Whether a user lets a second call knock while they are in one. */
  async allowsWaiting(userId: string): Promise<boolean> {
    return (await this.#reachability.of(userId)).callWaiting;
  }

  async #ringable(callerId: string, userId: string): Promise<User | null> {
    if (userId === callerId) return null;
    const [account, pair, { allowCallsFrom }] = await Promise.all([
      this.#accounts.findById(userId),
      this.#contacts.find(callerId, userId),
      this.#reachability.of(userId),
    ]);
    if (!canCall(account)) return null;
    const standing = standingOf(pair, callerId);
    const allowed =
      allowCallsFrom === 'EVERYONE'
        ? !isBlocked(standing)
        : allowCallsFrom === 'CONTACTS' && stateOf(standing) === 'ACCEPTED';
    return allowed ? { id: account.id, name: account.name, isGuest: false } : null;
  }

  async #accepted(userId: string): Promise<string[]> {
    const contacts = await this.#list.known(userId);
    return contacts.filter(({ state }) => state === 'ACCEPTED').map(({ user }) => user.id);
  }
}

/** Guests and disabled accounts neither ring nor are rung. */
function canCall(account: Account | null): account is Account {
  return account !== null && account.guestOf === null && account.disabledAt === null;
}

function isBlocked({ mine, theirs }: Standing): boolean {
  return mine === 'BLOCKS' || theirs === 'BLOCKS';
}
