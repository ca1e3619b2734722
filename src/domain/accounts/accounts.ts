import type { Clock } from '../clock.ts';
import { BadCredentialsError } from '../errors.ts';
import { newId } from '../identifier.ts';
import { parseInput } from '../input.ts';
import type { Account } from './account.ts';
import type { AccountStore, PasswordHasher } from './ports.ts';
import { PASSWORD_MAX_LENGTH, registrationRules } from './rules.ts';
import type { Caller, OpenedSession, Sessions } from './sessions.ts';

/** Somebody who has just registered or signed in. */
export interface SignedIn extends OpenedSession {
  readonly account: Account;
}

/** Registering and signing in. */
export class Accounts {
  readonly #accounts: AccountStore;
  readonly #sessions: Sessions;
  readonly #passwords: PasswordHasher;
  readonly #clock: Clock;
  readonly #registration: ReturnType<typeof registrationRules>;

  constructor(parts: {
    accounts: AccountStore;
    sessions: Sessions;
    passwords: PasswordHasher;
    clock: Clock;
    passwordMinLength: number;
  }) {
    this.#accounts = parts.accounts;
    this.#sessions = parts.sessions;
    this.#passwords = parts.passwords;
    this.#clock = parts.clock;
    this.#registration = registrationRules(parts.passwordMinLength);
  }

  /**
   * Makes an account and signs it in.
   *
   * @throws InvalidInputError, EmailTakenError, RateLimitedError
   */
  async register(
    input: { name: string; email: string; password: string },
    userAgent: string | null,
  ): Promise<SignedIn> {
    const { name, email, password } = parseInput(this.#registration, input);
    const account: Account = {
      id: newId(),
      name,
      email,
      passwordHash: await this.#passwords.hash(password),
      createdAt: new Date(this.#clock.now()),
    };
    await this.#accounts.insert(account);
    return { account, ...(await this.#sessions.open(account, userAgent)) };
  }

  /**
   * Signs in. An unknown email takes as long as a wrong password and gets the same answer.
   *
   * @throws BadCredentialsError, RateLimitedError
   */
  async login(
    input: { email: string; password: string },
    userAgent: string | null,
  ): Promise<SignedIn> {
    // What no account can have is refused like any wrong password, and never reaches the hash.
    const password = input.password.slice(0, PASSWORD_MAX_LENGTH + 1);
    let account = await this.#accounts.findByEmail(input.email.trim().toLowerCase());
    const matches = await this.#passwords.verify(account?.passwordHash ?? null, password);
    if (account === null || !matches) throw new BadCredentialsError();
    if (this.#passwords.needsRehash(account.passwordHash)) {
      const passwordHash = await this.#passwords.hash(password);
      account = (await this.#accounts.update(account.id, { passwordHash })) ?? account;
    }
    return { account, ...(await this.#sessions.open(account, userAgent)) };
  }

  /** Ends the session of the caller; resolves to its id. @throws UnauthenticatedError when it had ended already. */
  async logout(caller: Caller): Promise<string> {
    await this.#sessions.end(caller);
    return caller.sessionId;
  }

  find(id: string): Promise<Account | null> {
    return this.#accounts.findById(id);
  }
}
