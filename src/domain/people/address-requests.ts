import type { BackgroundWork } from '../accounts/background-work.ts';
import type { AccountStore } from '../accounts/ports.ts';
import type { Clock } from '../clock.ts';
import { RateLimitedError } from '../errors.ts';
import type { ContactChanges } from './contact-changes.ts';
import { mayWait } from './contact-limits.ts';
import type { Contact, ContactList } from './contact-list.ts';
import type { Check } from './pairs.ts';
import type { ContactStore } from './ports.ts';

/**
 * Requests by email address. Whoever asks sees the address, and nothing else until the request is accepted. The address
 * is looked up only after the answer, so that neither the answer nor its time tells whether it has an account. People
 * whom an outside issuer vouches for have no address here.
 */
export class AddressRequests {
  readonly #contacts: ContactStore;
  readonly #accounts: AccountStore;
  readonly #list: ContactList;
  readonly #changes: ContactChanges;
  readonly #background: BackgroundWork;
  readonly #clock: Clock;
  readonly #verifiedOnly: boolean;
  readonly #maxWaiting: number;

  constructor(parts: {
    contacts: ContactStore;
    accounts: AccountStore;
    list: ContactList;
    changes: ContactChanges;
    background: BackgroundWork;
    clock: Clock;
    /** Whether only an account whose address is verified gets the requests to it. */
    verifiedOnly: boolean;
    /** How many requests may wait for one account. */
    maxWaiting: number;
  }) {
    this.#contacts = parts.contacts;
    this.#accounts = parts.accounts;
    this.#list = parts.list;
    this.#changes = parts.changes;
    this.#background = parts.background;
    this.#clock = parts.clock;
    this.#verifiedOnly = parts.verifiedOnly;
    this.#maxWaiting = parts.maxWaiting;
  }

  /**
   * Stores a request, and delivers it after the answer. Asking again delivers it again.
   *
   * @param mayAdd may refuse by throwing; it is asked only for a new request, before it is stored, and after that
   * @throws RateLimitedError if too many are being delivered
   */
  async ask(
    ownerId: string,
    email: string,
    mayAdd: (when: 'before' | 'after') => Promise<void>,
  ): Promise<Contact> {
    const asked = await this.#find(ownerId, email);
    const since = asked?.since ?? new Date(this.#clock.now());
    if (asked === null) {
      await mayAdd('before');
      await this.#contacts.putRequest({ ownerId, email, since });
      try {
        await mayAdd('after');
      } catch (error) {
        await this.#contacts.removeRequest(ownerId, email);
        throw error;
      }
    }
    this.#background.add(() => this.#deliver(ownerId, email));
    return { user: null, email, state: 'REQUESTED', since: since.getTime() };
  }

  /** Takes a request back; resolves to whether there was one. @throws RateLimitedError */
  async withdraw(ownerId: string, email: string): Promise<boolean> {
    const removed = await this.#contacts.removeRequest(ownerId, email);
    if (removed) {
      this.#background.add(async () => {
        const otherId = await this.#ownerOf(email);
        if (otherId !== null) await this.#act('WITHDRAW', ownerId, otherId);
      });
    }
    return removed;
  }

  async #deliver(ownerId: string, email: string): Promise<void> {
    const otherId = await this.#ownerOf(email);
    if (otherId === null || otherId === ownerId) return;
    // It may have been withdrawn meanwhile.
    if ((await this.#find(ownerId, email)) === null) return;
    const most = this.#maxWaiting;
    try {
      await this.#act('REQUEST_BY_EMAIL', ownerId, otherId, (_before, now, when) =>
        mayWait(this.#list, { otherId, now, when, most }),
      );
    } catch (error) {
      // It is not delivered, and nobody is told.
      if (!(error instanceof RateLimitedError)) throw error;
    }
  }

  async #act(
    what: 'REQUEST_BY_EMAIL' | 'WITHDRAW',
    userId: string,
    otherId: string,
    check?: Check,
  ): Promise<void> {
    await this.#changes.act(what, { userId, otherId, at: new Date(this.#clock.now()) }, check);
  }

  async #find(ownerId: string, email: string) {
    const requests = await this.#contacts.requestsOf(ownerId);
    return requests.find((request) => request.email === email) ?? null;
  }

  /** The id of the account that gets requests to an address; null: none does. */
  async #ownerOf(email: string): Promise<string | null> {
    const account = await this.#accounts.findByEmail(email);
    if (account === null || account.disabledAt !== null) return null;
    // Guests, and people of outside issuers, have made-up addresses.
    if (account.guestOf !== null || account.identity !== null) return null;
    return account.emailVerified || !this.#verifiedOnly ? account.id : null;
  }
}
