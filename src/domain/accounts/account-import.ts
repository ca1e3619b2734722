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

/** A user of another system, as it was read there: nothing of it has been checked. */
export interface ImportedUser {
  readonly id: unknown;
  readonly name: unknown;
  readonly email: unknown;
  readonly passwordHash: unknown;
}

/** What became of a user: `kept` is somebody who was there already and was left as they were. */
export type ImportOutcome = 'imported' | 'updated' | 'kept' | { readonly refused: string };

/** Ids of other systems are kept: numbers, UUIDs, ObjectIds of MongoDB, and whatever else is as plain. */
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
 * Brings users of another system along, with their ids and their password hashes, which are verified as they are at
 * the first sign-in. It works on the store alone, beside servers that run, and may be done again and again.
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
   * @param parts.scrypt what hashes of scrypt were made with that do not say it
   * @param parts.update whether people who are there already get the name and the password of the other system
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

  /** Takes one user in. What is refused changes nothing. */
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
    if (there.guestOf !== null) return { refused: 'its id is that of a guest here' };
    if (there.identity !== null) {
      return { refused: 'its id is that of somebody here who has no password' };
    }
    if (!this.#update) return 'kept';
    if (there.email !== email) {
      return { refused: 'its email is another one here, and an import changes no email' };
    }
    if (there.name === name && there.passwordHash === passwordHash) return 'kept';
    await this.#accounts.update(there.id, { name, passwordHash });
    if (there.passwordHash !== passwordHash) {
      // As with any new password: who knew the old one is not to stay.
      await this.#sessions.deleteByAccount(there.id);
      await this.#oneTimeTokens.revokeAll(there.id);
    }
    return 'updated';
  }
}

type Given = Pick<Account, 'id' | 'name' | 'email' | 'passwordHash'>;

const EMAIL_TAKEN = 'its email belongs to another account here';
const NO_KNOWN_HASH =
  'its password hash is not of bcrypt, Argon2 or scrypt in a form that is known';
