import type { User } from '../accounts/account.ts';
import type { ContactChange } from '../people/contact-changes.ts';
import type { Contact } from '../people/contact-list.ts';
import type { LivePersons } from '../person/live-persons.ts';
import type { Acquaintances, Presence, SeenContact } from '../person/ports.ts';

/** How many people are told, or asked, at once: what is asked in one turn goes to Redis in one write. */
const AT_ONCE = 500;

/** Tells people about the presence and the changes of their contacts. */
export class PresenceTelling {
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

  /** Tells the devices of a user that a contact of theirs has changed. @throws UnavailableError */
  async tellContact({ userId, otherId, contact }: ContactChange): Promise<void> {
    const [seen] = contact === null ? [] : await this.#seen([contact]);
    await this.#persons.hearContact(userId, otherId, seen ?? null);
  }

  /** The presence of a contact of somebody; null if it is not shown to them. @throws UnavailableError */
  async presenceOf(contact: Contact): Promise<Presence | null> {
    const [seen] = await this.#seen([contact]);
    return seen?.presence ?? null;
  }

  /** The contacts of a user, with the presence of those who show it. @throws UnavailableError */
  async contactsOf(userId: string): Promise<SeenContact[]> {
    return this.#seen(await this.#acquaintances.contactsOf(userId));
  }

  /** Reads the settings of all in one go, and then their presences. */
  async #seen(contacts: readonly Contact[]): Promise<SeenContact[]> {
    const accepted = contacts.flatMap(({ user, state }) =>
      user === null || state !== 'ACCEPTED' ? [] : [user.id],
    );
    const shown =
      accepted.length === 0 ? [] : [...(await this.#acquaintances.showingPresence(accepted))];
    const found = await inChunks(
      shown,
      async (id) => [id, await this.#persons.presenceOf(id)] as const,
    );
    const presences = new Map(found);
    return contacts.map((contact) => {
      const isAccepted = contact.user !== null && contact.state === 'ACCEPTED';
      const presence = isAccepted ? (presences.get(contact.user.id) ?? null) : null;
      return { ...contact, presence };
    });
  }
}

async function inChunks<T, R>(all: readonly T[], each: (one: T) => R | Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let first = 0; first < all.length; first += AT_ONCE) {
    done.push(...(await Promise.all(all.slice(first, first + AT_ONCE).map(each))));
  }
  return done;
}
