import { LRUCache } from 'lru-cache';
import type { AddressRequest, ContactPair, ContactStore } from '../domain/people/ports.ts';

/** How many people without contacts are remembered. */
const PEOPLE_MAX = 10_000;

/**
 * Remembers who has no contacts, in a store to which only this process adds some. Many people have none, and each call
 * asks four times who may see the presence of its people.
 */
export class RememberedContacts implements ContactStore {
  readonly #contacts: ContactStore;
  readonly #alone = new LRUCache<string, true>({ max: PEOPLE_MAX });
  /** Counts the changes: what was read during a change may be outdated. */
  #changes = 0;

  constructor(contacts: ContactStore) {
    this.#contacts = contacts;
  }

  async find(userId: string, otherId: string): Promise<ContactPair | null> {
    if (this.#alone.has(userId) || this.#alone.has(otherId)) return null;
    return this.#contacts.find(userId, otherId);
  }

  /** Whoever is in the pair has contacts from then on, even if it fails: then it is unknown what is stored. */
  async put(pair: ContactPair, before: string | null): Promise<boolean> {
    try {
      this.#forget(pair);
      return await this.#contacts.put(pair, before);
    } finally {
      this.#forget(pair);
    }
  }

  remove(pair: ContactPair): Promise<boolean> {
    return this.#contacts.remove(pair);
  }

  async listOf(userId: string): Promise<ContactPair[]> {
    if (this.#alone.get(userId) !== undefined) return [];
    const changes = this.#changes;
    const pairs = await this.#contacts.listOf(userId);
    if (pairs.length === 0 && changes === this.#changes) this.#alone.set(userId, true);
    return pairs;
  }

  putRequest(request: AddressRequest): Promise<void> {
    return this.#contacts.putRequest(request);
  }

  requestsOf(ownerId: string): Promise<AddressRequest[]> {
    return this.#contacts.requestsOf(ownerId);
  }

  removeRequest(ownerId: string, email: string): Promise<boolean> {
    return this.#contacts.removeRequest(ownerId, email);
  }

  deleteByUser(userId: string): Promise<void> {
    return this.#contacts.deleteByUser(userId);
  }

  #forget({ one, two }: ContactPair): void {
    this.#changes += 1;
    this.#alone.delete(one);
    this.#alone.delete(two);
  }
}
