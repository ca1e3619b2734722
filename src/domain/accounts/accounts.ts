import type { Clock } from '../clock.ts';
import { BadCredentialsError, EmailTakenError } from '../errors.ts';
import { newId } from '../identifier.ts';
import { parseInput } from '../input.ts';
import type { Account } from './account.ts';
import type { EmailVerification } from './email-verification.ts';
import { type PasswordProof, provePassword } from './password-proof.ts';
import type { AccountStore, PasswordHasher } from './ports.ts';
import { registrationRules } from './rules.ts';
import type { Caller, OpenedSession, Sessions } from './sessions.ts';
import type { SignInGuard } from './sign-in-guard.ts';

/** Somebody who has just registered or signed in. */
export interface SignedIn extends OpenedSession {
  readonly account: Account;
}

/** Where a request comes from. */
export interface Origin {
  /** The client's network address; failures are counted by it. */
  readonly address: string;
  readonly userAgent: string | null;
}

/** Registering, signing in and signing out. */
export class Accounts {
  readonly #accounts: AccountStore;
  readonly #sessions: Sessions;
  readonly #passwords: PasswordHasher;
  readonly #guard: SignInGuard;
  readonly #verification: EmailVerification;
  readonly #clock: Clock;
  readonly #registration: ReturnType<typeof registrationRules>;

  constructor(parts: {
    accounts: AccountStore;
    sessions: Sessions;
    passwords: PasswordHasher;
    guard: SignInGuard;
    verification: EmailVerification;
    clock: Clock;
    passwordMinLength: number;
  }) {
    this.#accounts = parts.accounts;
    this.#sessions = parts.sessions;
    this.#passwords = parts.passwords;
    this.#guard = parts.guard;
    this.#verification = parts.verification;
    this.#clock = parts.clock;
    this.#registration = registrationRules(parts.passwordMinLength);
  }

  /**
   * Makes an account and signs it in. An address that makes many accounts is slowed down. An email that is taken
   * already counts as a failed sign-in.
   *
   * @throws InvalidInputError, EmailTakenError, RateLimitedError
   */
  async register(
    input: { name: string; email: string; password: string },
    { address, userAgent }: Origin,
  ): Promise<SignedIn> {
    this.#passwords.checkQueue();
    const { name, email, password } = parseInput(this.#registration, input);
    await this.#guard.register(address);
    const account: Account = {
      id: newId(),
      name,
      email,
      emailVerified: false,
      passwordHash: await this.#passwords.hash(password),
      createdAt: new Date(this.#clock.now()),
      disabledAt: null,
      guestOf: null,
      identity: null,
    };
    try {
      await this.#accounts.insert(account);
    } catch (error) {
      if (error instanceof EmailTakenError) await this.#guard.failed(address);
      throw error;
    }
    await this.#guard.remember(email, address);
    await this.#verification.welcome(account, address);
    return { account, ...(await this.#sessions.open(account, userAgent)) };
  }

  /**
   * Signs in. An unknown email takes as long as a wrong password, gets the same answer, and counts the same.
   *
   * @throws BadCredentialsError, RateLimitedError
   */
  async login(
    input: { email: string; password: string },
    { address, userAgent }: Origin,
  ): Promise<SignedIn> {
    // This comes before the attempt is counted: in a flood, attempts that are never tried must not count against an
    // account.
    this.#passwords.checkQueue();
    const email = input.email.trim().toLowerCase();
    const tried = await this.#guard.attempt(email, address, async () => {
      const claimed = await this.#accounts.findByEmail(email);
      const hash = claimed?.passwordHash ?? null;
      const proof = await provePassword(this.#passwords, hash, input.password);
      // A disabled account answers like a wrong password and takes as long, so that guessing does not reveal it.
      return proof.matches && claimed?.disabledAt === null ? { found: claimed, proof } : null;
    });
    if (tried === null) throw new BadCredentialsError();
    const account = await this.#rehash(tried.found, tried.proof);
    const opened = await this.#sessions.open(account, userAgent);
    await this.#confirm(account, input.password, opened);
    return { account, ...opened };
  }

  /** Ends the session of the caller; resolves to its id. @throws UnauthenticatedError if it had ended already. */
  async logout(caller: Caller): Promise<string> {
    await this.#sessions.end(caller);
    return caller.sessionId;
  }

  find(id: string): Promise<Account | null> {
    return this.#accounts.findById(id);
  }

  /**
   * Renews the hash if its parameters or the way of preparing passwords are outdated, unless the password has been
   * changed meanwhile, or is longer than what the hash has proved of it: what was typed after that may be wrong.
   */
  async #rehash(account: Account, proof: PasswordProof): Promise<Account> {
    const { compared, prepared, outdated } = proof;
    if (!outdated && !this.#passwords.needsRehash(account.passwordHash)) return account;
    if (!this.#passwords.readsAllOf(account.passwordHash, compared)) return account;
    const passwordHash = await this.#passwords.hash(prepared);
    const { id, passwordHash: old } = account;
    const replaced = await this.#accounts.replacePasswordHash(id, old, passwordHash);
    return replaced ? { ...account, passwordHash } : account;
  }

  /**
   * The password may have been changed, or the account disabled or deleted, while the password was being verified. That
   * ended all sessions but this one, which did not exist yet.
   */
  async #confirm(account: Account, typed: string, { session }: OpenedSession): Promise<void> {
    const now = await this.#accounts.findById(account.id);
    const enabled = now !== null && now.disabledAt === null;
    if (enabled && now.passwordHash === account.passwordHash) return;
    if (enabled && (await provePassword(this.#passwords, now.passwordHash, typed)).matches) return;
    await this.#sessions.end({ sessionId: session.id, accountId: account.id });
    throw new BadCredentialsError();
  }
}
