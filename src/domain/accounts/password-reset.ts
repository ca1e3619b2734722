import { MailUnavailableError, TokenInvalidError } from '../errors.ts';
import type { FollowUps } from '../follow-ups.ts';
import { parseInput } from '../input.ts';
import type { Account } from './account.ts';
import type { BackgroundWork } from './background-work.ts';
import { linkTo, type Mailer } from './mail.ts';
import type { MailGuard } from './mail-guard.ts';
import type { OneTimeTokens } from './one-time-tokens.ts';
import type { AccountStore, PasswordHasher } from './ports.ts';
import { passwordResetRules, resetRequestRules } from './rules.ts';
import type { Sessions } from './sessions.ts';
import type { SignInGuard } from './sign-in-guard.ts';

/** How long a link that resets a password is valid, in milliseconds. */
export const LINK_TTL_MS = 30 * 60_000;

/** Lets somebody who has forgotten the password choose a new one, if they can read the account's mail. */
export class PasswordReset {
  readonly #accounts: AccountStore;
  readonly #sessions: Sessions;
  readonly #passwords: PasswordHasher;
  readonly #oneTimeTokens: OneTimeTokens;
  readonly #mailer: Mailer | null;
  readonly #background: BackgroundWork;
  readonly #mails: MailGuard;
  readonly #guard: SignInGuard;
  readonly #frontend: () => string;
  readonly #followUps: FollowUps;
  readonly #rules: ReturnType<typeof passwordResetRules>;

  constructor(parts: {
    accounts: AccountStore;
    sessions: Sessions;
    passwords: PasswordHasher;
    oneTimeTokens: OneTimeTokens;
    /** Null where no mail can be sent. */
    mailer: Mailer | null;
    background: BackgroundWork;
    mails: MailGuard;
    guard: SignInGuard;
    /** The URL of the front end that takes the tokens. */
    frontend: () => string;
    passwordMinLength: number;
    followUps: FollowUps;
  }) {
    this.#followUps = parts.followUps;
    this.#accounts = parts.accounts;
    this.#sessions = parts.sessions;
    this.#passwords = parts.passwords;
    this.#oneTimeTokens = parts.oneTimeTokens;
    this.#mailer = parts.mailer;
    this.#background = parts.background;
    this.#mails = parts.mails;
    this.#guard = parts.guard;
    this.#frontend = parts.frontend;
    this.#rules = passwordResetRules(parts.passwordMinLength);
  }

  /**
   * Mails a link, if there is such an account. If there is none, the answer is the same and takes as long.
   *
   * @throws InvalidInputError, MailUnavailableError, RateLimitedError
   */
  async request(input: { email: string }, address: string): Promise<void> {
    const { email } = parseInput(resetRequestRules, input);
    const mailer = this.#mailer;
    if (mailer === null) throw new MailUnavailableError();
    await this.#mails.pass(email, address);
    this.#background.add(async () => {
      const account = await this.#accounts.findByEmail(email);
      if (account === null || account.disabledAt !== null || account.guestOf !== null) return;
      await this.#send(account, mailer);
    });
  }

  /**
   * Takes the token of a mailed link and sets the password. Every session of the account ends. The email counts as
   * verified, because the link was mailed to it.
   *
   * @throws InvalidInputError, TokenInvalidError, RateLimitedError
   */
  async reset(input: { token: string; newPassword: string }, address: string): Promise<Account> {
    const { token, newPassword } = parseInput(this.#rules, input);
    const account = await this.#guard.guess(address, async () => {
      // The hash is made before the token is used up: if too many hashes wait, the token stays valid.
      const passwordHash = await this.#passwords.hash(newPassword);
      const redeemed = await this.#oneTimeTokens.redeem('RESET_PASSWORD', token);
      if (redeemed === null) return null;
      // Also before, so that a server that ends half way leaves nobody signed in who knew the old password.
      await this.#sessions.endAll(redeemed.accountId);
      return this.#accounts.update(redeemed.accountId, { passwordHash, emailVerified: true });
    });
    if (account === null) throw new TokenInvalidError();
    const { id, email: proved } = account;
    await this.#followUps.run([
      () => this.#sessions.endAll(id),
      () => this.#oneTimeTokens.revokeAll(id),
      () => this.#guard.forget(proved),
      () => this.#guard.remember(proved, address),
    ]);
    return account;
  }

  async #send({ id, email }: Account, mailer: Mailer): Promise<void> {
    const owner = { accountId: id, sessionId: null };
    const { token } = await this.#oneTimeTokens.issue('RESET_PASSWORD', owner, LINK_TTL_MS);
    const link = linkTo(this.#frontend(), 'resetPassword', token);
    await mailer.send({
      to: email,
      subject: 'Choose a new password',
      text: `Hello,\n\nto choose a new password, open this link within 30 minutes:\n\n${link}\n\nIt works once, and signs you out everywhere. If you did not ask for it, do nothing: your password stays as it is.\n`,
    });
  }
}
