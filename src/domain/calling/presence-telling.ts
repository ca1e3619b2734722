import type { User } from '../accounts/account.ts';
import type { LivePersons } from '../person/live-persons.ts';
import type { Acquaintances, LivePresence, Presence, SeenContact } from '../person/ports.ts';

/** How many people are told, or asked, at once. */
const AT_ONCE = 100;

/** Tells people about the presence and the changes of their contacts. */
export class PresenceTelling implements LivePresence {
  readonly #persons: LivePersons;
  readonly #acquaintances: Acquaintances;

  constructor(parts: { persons: LivePersons; acquaintances: Acquaintances }) {
    this.#persons = parts.persons;
    this.#acquaintances = parts.acquaintances;
  }

  /** Tells everybody who may see it. If this fails, the log of the user has it done again. @throws UnavailableError */
  async tell(user: User, presence: Presence, revision: number): Promise<void> {
    const watchers = await this.#acquaintances.watchersOf(user.id);
    await inChunks(watchers, (id) => this.#persons.hearPresence(id, user, presence));
    await this.#persons.presenceTold(user.id, revision);
  }

  async presenceOf(userIds: readonly string[]): Promise<ReadonlyMap<string, Presence>> {
    const found = new Map<string, Presence>();
    await inChunks(userIds, async (id) => {
      found.set(id, await this.#persons.presenceOf(id));
    });
    return found;
  }

  async tellContact(userId: string, contact: SeenContact): Promise<void> {
    await this.#persons.hearContact(userId, contact);
  }

  /** The contacts of a user, with the presence of those who show it. @throws UnavailableError */
  async contactsOf(userId: string): Promise<SeenContact[]> {
    const [contacts, shown] = await Promise.all([
      this.#acquaintances.contactsOf(userId),
      this.#acquaintances.watchedBy(userId),
    ]);
    const presences = await this.presenceOf(shown);
    return contacts.map((contact) => ({
      ...contact,
      presence: presences.get(contact.user.id) ?? null,
    }));
  }
}

async function inChunks<T>(
  all: readonly T[],
  each: (one: T) => void | Promise<void>,
): Promise<void> {
  for (let first = 0; first < all.length; first += AT_ONCE) {
    await Promise.all(all.slice(first, first + AT_ONCE).map(each));
  }
}
