import { z } from 'zod';
import type { Account } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/ports.ts';
import { mustHaveAccount, mustNotBeLimited } from '../accounts/reach.ts';
import { emailRule } from '../accounts/rules.ts';
import type { Caller } from '../accounts/sessions.ts';
import type { Clock } from '../clock.ts';
import { ForbiddenError, InvalidInputError, RateLimitedError } from '../errors.ts';
import { parseInput } from '../input.ts';
import { KeyedQueue } from '../keyed-queue.ts';
import type { Throttle } from '../throttle.ts';
import type { AddressRequests } from './address-requests.ts';
import type { ContactChanges } from './contact-changes.ts';
import { isTooMany, mayWait, type When } from './contact-limits.ts';
import type { Contact, ContactList, ContactPage } from './contact-list.ts';
import { ContactNotFoundError, TooManyContactsError, UserNotFoundError } from './errors.ts';
import type { Check, Decided } from './pairs.ts';
import type { ContactStore } from './ports.ts';
import { type ContactAct, stateOf } from './stance.ts';

/** The rule for the id of an account: as others give it, it may be any text. */
const userRules = z.object({
  userId: z.string().regex(/^[\w-]{1,64}$/, 'is not the id of a user'),
});
const addressRules = z.object({ email: emailRule });

/** Whom a request or a removal is about: exactly one of the two is given. */
export interface Addressed {
  readonly email?: string | null | undefined;
  readonly userId?: string | null | undefined;
}

export interface ContactLimits {
  /** Accepted contacts and open requests of one account. */
  readonly contacts: number;
  /** Users whom one account blocks. */
  readonly blocked: number;
  /** Requests that wait for one account. */
  readonly waiting: number;
}

/** Who is in contact with whom, and who blocks whom. Guests have no contacts. */
export class Contacts {
  readonly #contacts: ContactStore;
  readonly #accounts: AccountStore;
  readonly #list: ContactList;
  readonly #changes: ContactChanges;
  readonly #addresses: AddressRequests;
  readonly #requests: { readonly accounts: Throttle; readonly addresses: Throttle };
  readonly #clock: Clock;
  readonly #limits: ContactLimits;
  /** What one person adds is counted one after the other. */
  readonly #additions = new KeyedQueue();

  constructor(parts: {
    contacts: ContactStore;
    accounts: AccountStore;
    list: ContactList;
    changes: ContactChanges;
    addressRequests: AddressRequests;
    /** Count requests, by account and by network address. */
    requests: { readonly accounts: Throttle; readonly addresses: Throttle };
    clock: Clock;
    limits: ContactLimits;
  }) {
    this.#contacts = parts.contacts;
    this.#accounts = parts.accounts;
    this.#list = parts.list;
    this.#changes = parts.changes;
    this.#addresses = parts.addressRequests;
    this.#requests = parts.requests;
    this.#clock = parts.clock;
    this.#limits = parts.limits;
  }

  /** A page of the caller's contacts, newest first. @throws InvalidInputError, ForbiddenError */
  async page(caller: Caller, first: number, after: string | null): Promise<ContactPage> {
    mustNotBeLimited(caller);
    return this.#list.page(caller.accountId, first, after);
  }

  /**
   * Asks somebody to be a contact. Whoever has asked the caller already becomes a contact at once. By email, the answer
   * is the same, and takes as long, whether or not the address has an account, and whoever it belongs to.
   *
   * @throws InvalidInputError, RateLimitedError, UserNotFoundError, TooManyContactsError, ForbiddenError
   */
  async request(caller: Caller, { email, userId }: Addressed): Promise<Contact> {
    const own = await this.#ownAccount(caller);
    const asked = readAddressed({ email, userId });
    const isOwn =
      'email' in asked
        ? asked.email === own.email || asked.email === own.identity?.email
        : asked.userId === own.id;
    if (isOwn) throw invalid('email' in asked ? 'email' : 'userId', 'is your own');
    refuse(await this.#requests.addresses.take(caller.address));
    refuse(await this.#requests.accounts.take(caller.accountId));
    if ('email' in asked) {
      return this.#additions.add(own.id, () =>
        this.#addresses.ask(own.id, asked.email, (when) => this.#mayAddContact(own.id, when)),
      );
    }
    const { userId: otherId } = asked;
    if (!(await this.#isThere(otherId))) throw new UserNotFoundError();
    const decided = await this.#act('REQUEST', own.id, otherId, async (before, now, when) => {
      if (stateOf(before) !== 'REQUESTED') await this.#mayAddContact(own.id, when);
      await mayWait(this.#list, { otherId, now, when, most: this.#limits.waiting });
    });
    const contact = await this.#seen(otherId, decided);
    if (contact === null) throw new UserNotFoundError();
    return contact;
  }

  /**
   * Accepts or declines the request of another user. Accepting twice is the same as once. The other is not told that a
   * request was declined. Resolves to the contact; null if it was declined.
   *
   * @throws InvalidInputError, ContactNotFoundError, TooManyContactsError, ForbiddenError
   */
  async answer(
    caller: Caller,
    input: { userId: string; accepted: boolean },
  ): Promise<Contact | null> {
    const { id } = await this.#ownAccount(caller);
    const { userId } = parseInput(userRules, input);
    if (!input.accepted) {
      const { now } = await this.#act('DECLINE', id, userId);
      if (now.mine !== 'DECLINES') throw new ContactNotFoundError();
      return null;
    }
    const decided = await this.#act('ACCEPT', id, userId, (_before, _now, when) =>
      this.#mayAddContact(id, when),
    );
    const contact = await this.#seen(userId, decided);
    if (contact?.state !== 'ACCEPTED') throw new ContactNotFoundError();
    return contact;
  }

  /**
   * Ends a contact for both sides, withdraws a request, or declines the other's. A block stays. Resolves to whether
   * there was anything to remove.
   *
   * @throws InvalidInputError, ForbiddenError
   */
  async remove(caller: Caller, addressed: Addressed): Promise<boolean> {
    const { id } = await this.#ownAccount(caller);
    const asked = readAddressed(addressed);
    if ('email' in asked) return this.#addresses.withdraw(id, asked.email);
    const { before, now } = await this.#act('REMOVE', id, asked.userId);
    return before.mine !== now.mine;
  }

  /**
   * Blocks a user: for them, the caller is not there any more. An id that nobody has can be blocked, too, so that the
   * answer tells nothing.
   *
   * @throws InvalidInputError, TooManyContactsError, ForbiddenError
   */
  async block(caller: Caller, input: { userId: string }): Promise<Contact> {
    const { id } = await this.#ownAccount(caller);
    const { userId } = parseInput(userRules, input);
    if (userId === id) throw invalid('userId', 'is your own');
    const decided = await this.#act('BLOCK', id, userId, async (before, _now, when) => {
      if (before.mine !== 'BLOCKS') await this.#mayBlock(id, when);
    });
    const contact = await this.#seen(userId, decided);
    if (contact === null) throw new UserNotFoundError();
    return contact;
  }

  /** Ends a block; does nothing if there is none. Resolves to the id. @throws InvalidInputError, ForbiddenError */
  async unblock(caller: Caller, input: { userId: string }): Promise<string> {
    const { id } = await this.#ownAccount(caller);
    const { userId } = parseInput(userRules, input);
    await this.#act('UNBLOCK', id, userId);
    return userId;
  }

  /** Deletes everything about a person, because their account is deleted. */
  async forget(userId: string): Promise<void> {
    await this.#contacts.deleteByUser(userId);
  }

  /** @throws ForbiddenError */
  async #ownAccount(caller: Caller): Promise<Account> {
    mustHaveAccount(caller);
    const account = await this.#accounts.findById(caller.accountId);
    if (account === null) throw new ForbiddenError('This account does not exist any more.');
    return account;
  }

  #act(what: ContactAct, userId: string, otherId: string, check?: Check): Promise<Decided> {
    return this.#additions.add(userId, () => {
      const at = new Date(this.#clock.now());
      return this.#changes.act(what, { userId, otherId, at }, check);
    });
  }

  #seen(otherId: string, { now, since }: Decided): Promise<Contact | null> {
    return this.#list.contact(otherId, now, since);
  }

  async #isThere(userId: string): Promise<boolean> {
    const account = await this.#accounts.findById(userId);
    return account !== null && account.guestOf === null && account.disabledAt === null;
  }

  /** @throws TooManyContactsError */
  async #mayAddContact(userId: string, when: When): Promise<void> {
    const { contacts } = await this.#list.counts(userId);
    if (!isTooMany(contacts, this.#limits.contacts, when)) return;
    throw new TooManyContactsError('You have as many contacts as you may: remove one first.');
  }

  /** @throws TooManyContactsError */
  async #mayBlock(userId: string, when: When): Promise<void> {
    const { blocked } = await this.#list.counts(userId);
    if (!isTooMany(blocked, this.#limits.blocked, when)) return;
    throw new TooManyContactsError('You have blocked as many users as you may: unblock one first.');
  }
}

/** @throws InvalidInputError */
function readAddressed({
  email,
  userId,
}: Addressed): { readonly email: string } | { readonly userId: string } {
  const given = { email: email ?? null, userId: userId ?? null };
  if ((given.email === null) === (given.userId === null)) {
    throw invalid('', 'give either email or userId');
  }
  return given.email === null ? parseInput(userRules, given) : parseInput(addressRules, given);
}

function invalid(path: string, message: string): InvalidInputError {
  return new InvalidInputError([{ path, message }]);
}

/** @throws RateLimitedError if there is a time to wait */
function refuse(waitMs: number): void {
  if (waitMs > 0) throw new RateLimitedError(waitMs, 'Too many contact requests; try again later.');
}
