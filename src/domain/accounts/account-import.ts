import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { EmailTakenError, InvalidInputError } from '../errors.ts';
import { parseInput } from '../input.ts';
import type { Account } from './account.ts';
import type { OneTimeTokens } from './one-time-tokens.ts';
import {
  costProblem,
  type HashLimits,
  importedHash,
  type ScryptParameters,
} from './password-hash.ts';
import type { AccountStore, SessionStore } from './ports.ts';
import { emailRule, nameRule } from './rules.ts';

/** A user as the other system gave it. Nothing of it has been checked yet. */
export interface ImportedUser {
  readonly id: unknown;
  readonly name: unknown;
  readonly email: unknown;
  readonly passwordHash: unknown;
}

/** What became of a user. `kept`: the account existed already and was not changed. */
export type ImportOutcome = 'imported' | 'updated' | 'kept' | { readonly refused: string };

/** Imported users keep their ids: numbers, UUIDs, ObjectIds of MongoDB, and others of the same few characters. */
const idRule = z
  .string('must be a text')
  .regex(/^[\w-]{1,64}$/, 'must have 1 to 64 letters, digits, hyphens or underscores');

const rules = z.object({
  id: idRule,
  name: z.string('must be a text').pipe(nameRule),
  email: z.string('must be a text').pipe(emailRule),
  passwordHash: z.string('must be a text'),
});

/**
 * Imports users of another system with their ids and their password hashes. The first sign-in verifies the imported
 * hash as it is. It needs only the store, servers may run meanwhile, and it may be repeated.
 */
export class AccountImport {
  readonly #accounts: AccountStore;
  readonly #sessions: SessionStore;
  readonly #oneTimeTokens: OneTimeTokens;
  readonly #clock: Clock;
  readonly #limits: HashLimits;
  readonly #scrypt: ScryptParameters;
  readonly #update: boolean;

  /**
   * @param parts.scrypt the parameters of scrypt hashes that do not name theirs
   * @param parts.update whether existing accounts get the name and the password of the other system
   */
  constructor(parts: {
    accounts: AccountStore;
    sessions: SessionStore;
    oneTimeTokens: OneTimeTokens;
    clock: Clock;
    limits: HashLimits;
    scrypt: ScryptParameters;
    update: boolean;
  }) {
    this.#accounts = parts.accounts;
    this.#sessions = parts.sessions;
    this.#oneTimeTokens = parts.oneTimeTokens;
    this.#clock = parts.clock;
    this.#limits = parts.limits;
    this.#scrypt = parts.scrypt;
    this.#update = parts.update;
  }

  /** Imports one user. A refused user changes nothing. */
  async take(user: ImportedUser): Promise<ImportOutcome> {
    try {
      const { id, name, email, passwordHash } = parseInput(rules, user);
      const hash = importedHash(passwordHash, this.#scrypt);
      if (hash === null) return { refused: NO_KNOWN_HASH };
      const problem = costProblem(hash, this.#limits);
      if (problem !== null) return { refused: problem };
      const there = await this.#accounts.findById(id);
      const given = { id, name, email, passwordHash: hash.text };
      return there === null ? await this.#insert(given) : await this.#meet(there, given);
    } catch (error) {
      if (error instanceof EmailTakenError) return { refused: EMAIL_TAKEN };
      if (!(error instanceof InvalidInputError)) throw error;
      return { refused: error.issues.map(({ path, message }) => `${path} ${message}`).join('; ') };
    }
  }

  async #insert(given: Given): Promise<ImportOutcome> {
    await this.#accounts.insert({
      ...given,
      emailVerified: false,
      createdAt: new Date(this.#clock.now()),
      disabledAt: null,
      guestOf: null,
      identity: null,
    });
    return 'imported';
  }

  async #meet(there: Account, { name, email, passwordHash }: Given): Promise<ImportOutcome> {
    if (there.guestOf !== null) return { refused: 'its id belongs to a guest here' };
    if (there.identity !== null) {
      return { refused: 'its id belongs to an account here that has no password' };
    }
    if (!this.#update) return 'kept';
    if (there.email !== email) {
      return {
        refused: 'its account has another email here, and an import never changes an email',
      };
    }
    if (there.name === name && there.passwordHash === passwordHash) return 'kept';
    const isNewPassword = there.passwordHash !== passwordHash;
    // As with any new password: somebody who knew the old one must not stay signed in. First, because an import that ends
    // after the update finds nothing to change when it is run again; and after it, because of sign-ins in between.
    if (isNewPassword) await this.#signOut(there.id);
    await this.#accounts.update(there.id, { name, passwordHash });
    if (isNewPassword) await this.#signOut(there.id);
    return 'updated';
  }

  async #signOut(accountId: string): Promise<void> {
    await this.#sessions.deleteByAccount(accountId);
    await this.#oneTimeTokens.revokeAll(accountId);
  }
}

type Given = Pick<Account, 'id' | 'name' | 'email' | 'passwordHash'>;

const EMAIL_TAKEN = 'its email belongs to another account here';
const NO_KNOWN_HASH = 'its password hash is in no known form of bcrypt, Argon2 or scrypt';
