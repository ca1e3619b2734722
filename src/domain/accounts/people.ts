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

/** No mail reaches it (RFC 2606 §2): an email from outside is nobody's here, but every account has a unique one. */
const NO_MAIL_DOMAIN = 'people.invalid';
/** No password makes it. */
const NO_PASSWORD = '!';
/** Of somebody whose issuer says no name. */
const NAMELESS = 'Somebody';

/** What an issuer may say of somebody beside who they are. */
export type Described = Pick<
  Vouched,
  'issuer' | 'subject' | 'name' | 'email' | 'emailVerified' | 'picture'
>;

/**
 * The accounts of those whom issuers outside vouch for. A person is an issuer and a subject: an email links to no account,
 * and signs in to none.
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

  /** The account of somebody, made at the first call; what is said of them from now on is what the issuer says now. */
  async ensure(described: Described): Promise<Account> {
    const known = await this.#accounts.findByPerson(described);
    if (known !== null) return this.#follow(known, described);
    const account = this.#made(described);
    try {
      await this.#accounts.insert(account);
      return account;
    } catch (error) {
      if (!(error instanceof PersonTakenError)) throw error;
      // Made by another request at this moment.
      const made = await this.#accounts.findByPerson(described);
      if (made === null) throw new TokenInvalidError('The account was deleted at this moment.');
      return made;
    }
  }

  /**
   * As {@link People.ensure}, for whoever runs the server: before somebody comes, or when they changed.
   *
   * @throws InvalidInputError, also for an issuer that is not trusted
   */
  async upsert(input: Omit<Described, 'emailVerified'>): Promise<Account> {
    const described = parseInput(describedRules, input);
    const { issuer } = described;
    if (issuer !== HOST_ISSUER && !this.#verifier.trusts(issuer)) {
      throw new InvalidInputError([
        { path: 'issuer', message: 'is none of TRUSTED_ISSUERS, and no id of API_KEYS' },
      ]);
    }
    return this.ensure({ ...described, emailVerified: described.email !== null });
  }

  /**
   * Ends all sessions of somebody; tokens that were issued up to now are worth nothing any more, used here before or not.
   * Resolves to how many sessions ended.
   *
   * @throws InvalidInputError
   */
  async endSessions(input: Person): Promise<number> {
    const person = parseInput(personRules, input);
    await this.#end(person);
    const account = await this.#accounts.findByPerson(person);
    return account === null ? 0 : this.#sessions.endAll(account.id);
  }

  /** Ends somebody's sessions, and deletes the account; resolves to its id, or null where there was none. @throws InvalidInputError */
  async delete(input: Person): Promise<string | null> {
    const person = parseInput(personRules, input);
    await this.#end(person);
    const account = await this.#accounts.findByPerson(person);
    if (account === null) return null;
    await this.#ownAccount.remove(account);
    return account.id;
  }

  /** Refuses what was issued before somebody's sessions were ended. @throws TokenInvalidError */
  async checkEnds(vouched: Person & Pick<Vouched, 'issuedAt'>): Promise<void> {
    const endedAt = await this.#tokens.endOf(vouched);
    // Issuers count whole seconds: what was issued in the same one may have been before.
    if (endedAt !== null && vouched.issuedAt <= endedAt) {
      throw new TokenInvalidError('The sessions of this person were ended after it was issued.');
    }
  }

  // First of all: a sign-in under way looks for it last.
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

/** Names a person in one short text; different ones have different texts. */
export function keyOfPerson({ issuer, subject }: Person): string {
  return createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('base64url');
}
