import { createHash } from 'node:crypto';
import type { User } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/ports.ts';
import { InvalidInputError } from '../errors.ts';
import { otherOf, standingOf } from './pairs.ts';
import type { ContactStore } from './ports.ts';
import { type ContactState, type Standing, stateOf } from './stance.ts';

/** The largest page of contacts. */
const PAGE_MAX = 100;
const PAGE_CURSOR = /^(\d{1,15})-([\w-]{1,64})$/;

/** Somebody in the list of contacts of somebody else. */
export interface Contact {
  /** Null while only the address is known: whoever asks by address does not learn whether it has an account. */
  readonly user: User | null;
  /** The address that was asked; null if it was asked by id, or if the request was accepted. */
  readonly email: string | null;
  readonly state: ContactState;
  /** Since when, in milliseconds since the Unix epoch. */
  readonly since: number;
}

/** A contact whose account is known. */
export type KnownContact = Contact & { readonly user: User };

/** A contact with its place in the list. */
export interface ListedContact {
  readonly cursor: string;
  readonly contact: Contact;
}

export interface ContactPage {
  readonly contacts: readonly ListedContact[];
  readonly hasNextPage: boolean;
  /** The place of the last entry; null on an empty page. */
  readonly endCursor: string | null;
}

/** How many entries of each kind somebody has. */
export interface ContactCounts {
  /** Accepted contacts and open requests of one's own. */
  readonly contacts: number;
  readonly blocked: number;
  /** Requests of others that wait for an answer. */
  readonly waiting: number;
}

interface Entry {
  /** Different for each entry of a list. */
  readonly key: string;
  readonly otherId: string | null;
  readonly email: string | null;
  readonly state: ContactState;
  readonly since: number;
  /** Whether nothing about the other may be shown. */
  readonly isHidden: boolean;
}

/** Reads contacts, with the present names of people. */
export class ContactList {
  readonly #contacts: ContactStore;
  readonly #accounts: AccountStore;

  constructor(parts: { contacts: ContactStore; accounts: AccountStore }) {
    this.#contacts = parts.contacts;
    this.#accounts = parts.accounts;
  }

  /** A page of the contacts of a person, newest first. @throws InvalidInputError */
  async page(userId: string, first: number, after: string | null): Promise<ContactPage> {
    checkFirst(first);
    const last = after === null ? null : readCursor(after);
    const entries = await this.#entries(userId);
    const rest = last === null ? entries : entries.filter((entry) => inOrder(last, entry) < 0);
    const entriesOfPage = rest.slice(0, first);
    const named = await this.#named(entriesOfPage);
    const end = entriesOfPage.at(-1);
    return {
      contacts: entriesOfPage.flatMap((entry, at) => {
        const contact = named[at] ?? null;
        return contact === null ? [] : [{ cursor: pageCursor(entry), contact }];
      }),
      hasNextPage: rest.length > first,
      endCursor: end === undefined ? null : pageCursor(end),
    };
  }

  /** All contacts of a person whose account is known, newest first. */
  async known(userId: string): Promise<KnownContact[]> {
    const named = await this.#named(await this.#entries(userId));
    return named.filter(
      (contact): contact is KnownContact => contact !== null && contact.user !== null,
    );
  }

  /** What a person sees of another; null: nothing. */
  async contact(otherId: string, standing: Standing, since: Date): Promise<Contact | null> {
    const state = stateOf(standing);
    if (state === null) return null;
    const [contact] = await this.#named([entryOf(otherId, standing, state, since)]);
    return contact ?? null;
  }

  async counts(userId: string): Promise<ContactCounts> {
    const entries = await this.#entries(userId);
    const count = (...states: readonly ContactState[]) =>
      entries.filter(({ state }) => states.includes(state)).length;
    return {
      contacts: count('REQUESTED', 'ACCEPTED'),
      blocked: count('BLOCKED'),
      waiting: count('INCOMING'),
    };
  }

  async #entries(userId: string): Promise<Entry[]> {
    const [pairs, requests] = await Promise.all([
      this.#contacts.listOf(userId),
      this.#contacts.requestsOf(userId),
    ]);
    const known = pairs.flatMap((pair) => {
      const standing = standingOf(pair, userId);
      const state = stateOf(standing);
      return state === null ? [] : [entryOf(otherOf(pair, userId), standing, state, pair.since)];
    });
    const asked = requests.map(
      ({ email, since }): Entry => ({
        key: createHash('sha256').update(email).digest('hex').slice(0, 16),
        otherId: null,
        email,
        state: 'REQUESTED',
        since: since.getTime(),
        isHidden: true,
      }),
    );
    return [...known, ...asked].sort(inOrder);
  }

  /** The contacts of these entries. Null if the other account does not exist any more. */
  async #named(entries: readonly Entry[]): Promise<(Contact | null)[]> {
    const ids = entries.flatMap(({ otherId, isHidden }) =>
      otherId === null || isHidden ? [] : [otherId],
    );
    const accounts = ids.length === 0 ? [] : await this.#accounts.findMany(ids);
    const names = new Map(accounts.map(({ id, name }) => [id, name]));
    return entries.map(({ otherId, email, state, since, isHidden }) => {
      if (otherId === null) return { user: null, email, state, since };
      const name = isHidden ? undefined : names.get(otherId);
      // A block stays, so that it can be seen and ended.
      if (name === undefined && state !== 'BLOCKED') return null;
      return { user: { id: otherId, name: name ?? '', isGuest: false }, email, state, since };
    });
  }
}

function entryOf(otherId: string, standing: Standing, state: ContactState, since: Date): Entry {
  const isHidden = standing.theirs === 'BLOCKS';
  return { key: otherId, otherId, email: null, state, since: since.getTime(), isHidden };
}

type Place = Pick<Entry, 'since' | 'key'>;

/** The newest comes first. */
function inOrder(one: Place, other: Place): number {
  if (one.since !== other.since) return other.since - one.since;
  return one.key < other.key ? 1 : one.key > other.key ? -1 : 0;
}

function pageCursor({ since, key }: Place): string {
  return Buffer.from(`${since}-${key}`).toString('base64url');
}

/** @throws InvalidInputError */
function checkFirst(first: number): void {
  if (Number.isInteger(first) && first >= 1 && first <= PAGE_MAX) return;
  throw new InvalidInputError([{ path: 'first', message: `must be from 1 to ${PAGE_MAX}` }]);
}

/** @throws InvalidInputError */
function readCursor(cursor: string): Place {
  const [, since, key] =
    PAGE_CURSOR.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (since === undefined || key === undefined) {
    throw new InvalidInputError([{ path: 'after', message: 'is not a cursor of this connection' }]);
  }
  return { since: Number(since), key };
}
