import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { InvalidInputError, PersonTakenError, TokenInvalidError } from '../errors.ts';
import { newId } from '../identifier.ts';
import { parseInput } from '../input.ts';
import type { Account, Person } from './account.ts';
import type { OwnAccount } from './own-account.ts';
import type { AccountStore, OutsideTokenStore } from './ports.ts';
import { describedRules, personRules } from './rules.ts';
import type { Sessions } from './sessions.ts';
import {
  HOST_ISSUER,
  SKEW_MS,
  TOKEN_LIFE_MS,
  type TokenVerifier,
  type Vouched,
} from './vouching.ts';

/**
 * The domain of made-up emails, which no mail reaches (RFC 2606 §2). Every account needs a unique email, but an outside
 * issuer's email proves nothing here.
 */
const NO_MAIL_DOMAIN = 'people.invalid';
/** A hash that no password has. */
const NO_PASSWORD = '!';
/** The name of somebody whose issuer gives none. */
const NAMELESS = 'Somebody';

/** A person, and what an issuer may say about them. */
export type Described = Pick<
  Vouched,
  'issuer' | 'subject' | 'name' | 'email' | 'emailVerified' | 'picture'
>;

/**
 * The accounts of people whom outside issuers vouch for. A person is an issuer and a subject. An email from an issuer
 * is never linked to an account and signs in to none.
 */
export class People {
  readonly #accounts: AccountStore;
  readonly #ownAccount: OwnAccount;
  readonly #sessions: Sessions;
  readonly #tokens: OutsideTokenStore;
  readonly #verifier: TokenVerifier;
  readonly #clock: Clock;

  constructor(parts: {
    accounts: AccountStore;
    ownAccount: OwnAccount;
    sessions: Sessions;
    outsideTokens: OutsideTokenStore;
    verifier: TokenVerifier;
    clock: Clock;
  }) {
    this.#accounts = parts.accounts;
    this.#ownAccount = parts.ownAccount;
    this.#sessions = parts.sessions;
    this.#tokens = parts.outsideTokens;
    this.#verifier = parts.verifier;
    this.#clock = parts.clock;
  }

  find(person: Person): Promise<Account | null> {
    return this.#accounts.findByPerson(person);
  }

  /** The account of a person. The first call makes it; later calls update it to what the issuer says now. */
  async ensure(described: Described): Promise<Account> {
    const known = await this.#accounts.findByPerson(described);
    if (known !== null) return this.#follow(known, described);
    const account = this.#made(described);
    try {
      await this.#accounts.insert(account);
      return account;
    } catch (error) {
      if (!(error instanceof PersonTakenError)) throw error;
      // Another request has just made it.
      const made = await this.#accounts.findByPerson(described);
      if (made === null) throw new TokenInvalidError('The account was deleted at this moment.');
      return made;
    }
  }

  /**
   * As {@link People.ensure}, for the operator of the server: before the person comes, or when their details change.
   *
   * @throws InvalidInputError, also for an issuer that is not trusted
   */
  async upsert(input: Omit<Described, 'emailVerified'>): Promise<Account> {
    const described = parseInput(describedRules, input);
    const { issuer } = described;
    if (issuer !== HOST_ISSUER && !this.#verifier.trusts(issuer)) {
      throw new InvalidInputError([
        { path: 'issuer', message: 'is neither in TRUSTED_ISSUERS nor an id of API_KEYS' },
      ]);
    }
    return this.ensure({ ...described, emailVerified: described.email !== null });
  }

  /**
   * Ends all sessions of a person. Tokens that were issued up to now are no longer accepted, whether they were used
   * here before or not. Resolves to the number of sessions that ended.
   *
   * @throws InvalidInputError
   */
  async endSessions(input: Person): Promise<number> {
    const person = parseInput(personRules, input);
    await this.#end(person);
    const account = await this.#accounts.findByPerson(person);
    return account === null ? 0 : this.#sessions.endAll(account.id);
  }

  /**
   * Ends a person's sessions and deletes the account. Resolves to its id, or null if there was none. @throws
   * InvalidInputError
   */
  async delete(input: Person): Promise<string | null> {
    const person = parseInput(personRules, input);
    await this.#end(person);
    const account = await this.#accounts.findByPerson(person);
    if (account === null) return null;
    await this.#ownAccount.remove(account);
    return account.id;
  }

  /** Refuses a token that was issued before the person's sessions were ended. @throws TokenInvalidError */
  async checkEnds(vouched: Person & Pick<Vouched, 'issuedAt'>): Promise<void> {
    const endedAt = await this.#tokens.endOf(vouched);
    // Issuers count whole seconds: a token of the same second may have been issued before the end.
    if (endedAt !== null && vouched.issuedAt <= endedAt) {
      throw new TokenInvalidError(
        'The sessions of this person were ended after the token was issued.',
      );
    }
  }

  // This is the first step: a sign-in that is under way checks it as its last step.
  async #end(person: Person): Promise<void> {
    const now = this.#clock.now();
    await this.#tokens.endPerson(
      person,
      new Date(now),
      new Date(now + TOKEN_LIFE_MS + 2 * SKEW_MS),
    );
  }

  #made({ issuer, subject, name, email, emailVerified, picture }: Described): Account {
    const id = newId();
    return {
      id,
      name: name ?? NAMELESS,
      email: `${id}@${NO_MAIL_DOMAIN}`,
      emailVerified,
      passwordHash: NO_PASSWORD,
      createdAt: new Date(this.#clock.now()),
      disabledAt: null,
      guestOf: null,
      identity: { issuer, subject, email, picture },
    };
  }

  async #follow(account: Account, described: Described): Promise<Account> {
    const { issuer, subject, email, emailVerified, picture } = described;
    const name = described.name ?? account.name;
    const { identity } = account;
    const same =
      name === account.name &&
      emailVerified === account.emailVerified &&
      email === identity?.email &&
      picture === identity?.picture;
    if (same) return account;
    const change = { name, emailVerified, identity: { issuer, subject, email, picture } };
    const changed = await this.#ownAccount.change(account, change);
    if (changed === null) throw new TokenInvalidError('The account was deleted at this moment.');
    return changed;
  }
}

/** A short text that is different for every person. */
export function keyOfPerson({ issuer, subject }: Person): string {
  return createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('base64url');
}
