import type { AccountStore } from '../accounts/ports.ts';
import type { Eventual } from '../eventual.ts';
import type { FollowUp, FollowUps } from '../follow-ups.ts';
import type { Contact, ContactList, KnownContact } from './contact-list.ts';
import { act, type Check, type Decided } from './pairs.ts';
import type { ContactStore } from './ports.ts';
import { type ContactAct, type Standing, stateOf } from './stance.ts';

/** What somebody sees of another person now; null: nothing any more. */
export interface ContactChange {
  readonly userId: string;
  readonly otherId: string;
  readonly contact: Contact | null;
}

/** Changes how two people stand, and tells the listeners what each of the two sees after that. */
export class ContactChanges {
  readonly #contacts: ContactStore;
  readonly #accounts: AccountStore;
  readonly #list: ContactList;
  readonly #followUps: FollowUps;
  readonly #listeners: ((change: ContactChange) => Eventual<void>)[] = [];

  constructor(parts: {
    contacts: ContactStore;
    accounts: AccountStore;
    list: ContactList;
    followUps: FollowUps;
  }) {
    this.#followUps = parts.followUps;
    this.#contacts = parts.contacts;
    this.#accounts = parts.accounts;
    this.#list = parts.list;
  }

  /** Calls `listener` for each person who sees a change, after it is stored and before it is answered. */
  onChanged(listener: (change: ContactChange) => Eventual<void>): void {
    this.#listeners.push(listener);
  }

  /** As {@link act} of the pairs. */
  async act(
    what: ContactAct,
    who: { readonly userId: string; readonly otherId: string; readonly at: Date },
    check?: Check,
  ): Promise<Decided> {
    const decided = await act(this.#contacts, what, who, check);
    const { before, now, since } = decided;
    const { userId, otherId } = who;
    const steps: FollowUp[] = [];
    if (stateOf(now) === 'ACCEPTED' && stateOf(before) !== 'ACCEPTED') {
      // Those who asked by address see the person from now on, and not the address any more.
      if (now.mine === 'ASKED') steps.push(() => this.#dropRequest(userId, otherId));
      if (now.theirs === 'ASKED') steps.push(() => this.#dropRequest(otherId, userId));
    }
    const other = { userId: otherId, otherId: userId };
    await this.#followUps.run([
      ...steps,
      this.#telling({ userId, otherId }, before, now, since),
      this.#telling(other, turned(before), turned(now), since),
    ]);
    return decided;
  }

  /** Tells the accepted contacts of a person again, because what they may see of that person has changed. */
  async tellContactsOf(userId: string): Promise<void> {
    await this.#followUps.run([() => this.#tellContactsOf(userId)]);
  }

  async #tellContactsOf(userId: string): Promise<void> {
    const account = await this.#accounts.findById(userId);
    if (account === null) return;
    const user = { id: userId, name: account.name, isGuest: false };
    for (const contact of await this.#list.known(userId)) {
      if (contact.state !== 'ACCEPTED') continue;
      const told = { userId: contact.user.id, otherId: userId, contact: { ...contact, user } };
      for (const listener of this.#listeners) await listener(told);
    }
  }

  async #dropRequest(ownerId: string, otherId: string): Promise<void> {
    const other = await this.#accounts.findById(otherId);
    if (other !== null) await this.#contacts.removeRequest(ownerId, other.email);
  }

  /** Tells the listeners what a person sees of another; if they are told later, what the person sees then. */
  #telling(
    ids: { readonly userId: string; readonly otherId: string },
    before: Standing,
    now: Standing,
    since: Date,
  ): FollowUp {
    return async (late) => {
      if (stateOf(before) === stateOf(now)) return;
      const contact = late
        ? contactIn(await this.#list.known(ids.userId), ids.otherId)
        : await this.#list.contact(ids.otherId, now, since);
      for (const listener of this.#listeners) await listener({ ...ids, contact });
    };
  }
}

function contactIn(contacts: readonly KnownContact[], otherId: string): Contact | null {
  return contacts.find(({ user }) => user.id === otherId) ?? null;
}

function turned({ mine, theirs }: Standing): Standing {
  return { mine: theirs, theirs: mine };
}
