import { BadCredentialsError, InvalidInputError, UnauthenticatedError } from '../errors.ts';
import type { Eventual } from '../eventual.ts';
import type { FollowUp, FollowUps } from '../follow-ups.ts';
import { parseInput } from '../input.ts';
import type { Account } from './account.ts';
import type { MailGuard } from './mail-guard.ts';
import type { OneTimeTokens } from './one-time-tokens.ts';
import { provePassword } from './password-proof.ts';
import type { AccountChange, AccountStore, PasswordHasher } from './ports.ts';
import { mustNotBeLimited } from './reach.ts';
import { passwordChangeRules, profileRules } from './rules.ts';
import type { Caller, Sessions } from './sessions.ts';
import type { SignInGuard } from './sign-in-guard.ts';

/** What somebody may change about their own account. */
export class OwnAccount {
  readonly #accounts: AccountStore;
  readonly #sessions: Sessions;
  readonly #passwords: PasswordHasher;
  readonly #guard: SignInGuard;
  readonly #mails: MailGuard;
  readonly #oneTimeTokens: OneTimeTokens;
  readonly #passwordMinLength: number;
  readonly #followUps: FollowUps;
  readonly #renameListeners: ((account: Account) => Eventual<void>)[] = [];
  readonly #deletionListeners: ((account: Account) => Promise<void>)[] = [];

  constructor(parts: {
    accounts: AccountStore;
    sessions: Sessions;
    passwords: PasswordHasher;
    guard: SignInGuard;
    mails: MailGuard;
    oneTimeTokens: OneTimeTokens;
    passwordMinLength: number;
    followUps: FollowUps;
  }) {
    this.#accounts = parts.accounts;
    this.#sessions = parts.sessions;
    this.#passwords = parts.passwords;
    this.#guard = parts.guard;
    this.#mails = parts.mails;
    this.#oneTimeTokens = parts.oneTimeTokens;
    this.#passwordMinLength = parts.passwordMinLength;
    this.#followUps = parts.followUps;
  }

  /** Changes the name, also in every room that the caller is in. @throws InvalidInputError, UnauthenticatedError */
  async updateProfile(caller: Caller, input: { name: string }): Promise<Account> {
    const { name } = parseInput(profileRules, input);
    const before = orGone(await this.#accounts.findById(caller.accountId));
    return orGone(await this.change(before, { name }));
  }

  /** Changes an account, and tells the listeners if its name has changed. Null if the account does not exist. */
  async change(before: Account, change: AccountChange): Promise<Account | null> {
    const account = await this.#accounts.update(before.id, change);
    if (account !== null && account.name !== before.name) {
      await this.#followUps.run(
        this.#renameListeners.map((listener) => this.#telling(account, listener)),
      );
    }
    return account;
  }

  /** Tells a listener of a new name; if it is told later, of the name that the account has then. */
  #telling(account: Account, listener: (account: Account) => Eventual<void>): FollowUp {
    return async (late) => {
      const latest = late ? await this.#accounts.findById(account.id) : account;
      if (latest !== null) await listener(latest);
    };
  }

  /**
   * Changes the password, ends every other session of the account, and invalidates every mailed link.
   *
   * @throws InvalidInputError, BadCredentialsError, RateLimitedError, UnauthenticatedError
   */
  async changePassword(
    caller: Caller,
    input: { currentPassword: string; newPassword: string },
    address: string,
  ): Promise<Account> {
    const account = orGone(await this.#accounts.findById(caller.accountId));
    const rules = passwordChangeRules(this.#passwordMinLength, account);
    const { newPassword } = parseInput(rules, input);
    await this.#prove(account, input.currentPassword, address);
    const { id, passwordHash: old } = account;
    const passwordHash = await this.#passwords.hash(newPassword);
    // Also before, so that a server that ends half way leaves nobody signed in who knew the old password.
    await this.#sessions.endAll(id, caller.sessionId);
    if (!(await this.#accounts.replacePasswordHash(id, old, passwordHash))) {
      throw new BadCredentialsError();
    }
    await this.#followUps.run([
      () => this.#sessions.endAll(id, caller.sessionId),
      () => this.#oneTimeTokens.revokeAll(id),
    ]);
    return { ...account, passwordHash };
  }

  /**
   * Deletes what the account has: its stays, rooms and contacts; then the account, its sessions and tokens, what it has
   * got meanwhile, and its email in the throttles. Resolves to its id. Guests, and people whom an outside issuer vouches
   * for, have no password: their session is enough.
   *
   * @throws InvalidInputError, BadCredentialsError, RateLimitedError, UnauthenticatedError, ForbiddenError
   */
  async delete(
    caller: Caller,
    { password }: { password?: string | null | undefined },
    address: string,
  ): Promise<string> {
    mustNotBeLimited(caller);
    const account = orGone(await this.#accounts.findById(caller.accountId));
    if (account.guestOf === null && account.identity === null) {
      if (typeof password !== 'string') {
        throw new InvalidInputError([{ path: 'password', message: 'must be given' }]);
      }
      await this.#prove(account, password, address);
    }
    await this.remove(account);
    return account.id;
  }

  /** As {@link OwnAccount.delete}, without asking for the password. */
  async remove(account: Account): Promise<void> {
    const { id } = account;
    const rest = this.#deletionListeners.map((listener) => () => listener(account));
    // Also before: the account of a deletion that a server's end cuts off is still there, and can be deleted again.
    await this.#followUps.run(rest);
    // A sign-in that is under way reads the account again as its last step, and then finds nothing.
    await this.#accounts.delete(id);
    await this.#followUps.run([
      () => this.#sessions.endAll(id),
      () => this.#oneTimeTokens.revokeAll(id),
      ...rest,
      () => this.#guard.forget(account.email),
      () => this.#mails.forget(account.email),
      () => this.#accounts.purge(),
    ]);
  }

  /** Calls `listener` when an account has a new name, before the request that changed it is answered. */
  onRenamed(listener: (account: Account) => Eventual<void>): void {
    this.#renameListeners.push(listener);
  }

  /** Calls `listener` when an account is deleted, before the request that deleted it is answered. */
  onDeleted(listener: (account: Account) => Promise<void>): void {
    this.#deletionListeners.push(listener);
  }

  /** A stolen session must not be a way to try passwords: failures count as failed sign-ins do. */
  async #prove({ email, passwordHash }: Account, given: string, address: string): Promise<void> {
    this.#passwords.checkQueue();
    const proved = await this.#guard.attempt(email, address, async () =>
      (await provePassword(this.#passwords, passwordHash, given)).matches ? true : null,
    );
    if (proved === null) throw new BadCredentialsError();
  }
}

function orGone(account: Account | null): Account {
  if (account === null) throw new UnauthenticatedError();
  return account;
}
