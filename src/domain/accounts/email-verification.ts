import { MailUnavailableError, RateLimitedError, TokenInvalidError } from '../errors.ts';
import type { Account } from './account.ts';
import type { BackgroundWork } from './background-work.ts';
import { linkTo, type Mailer } from './mail.ts';
import type { MailGuard } from './mail-guard.ts';
import type { OneTimeTokens } from './one-time-tokens.ts';
import type { AccountStore } from './ports.ts';
import type { Caller } from './sessions.ts';
import type { SignInGuard } from './sign-in-guard.ts';

/** How long a link that verifies an email is valid, in milliseconds. */
const LINK_TTL_MS = 30 * 60_000;

/** Finds out whether an account's email is read by its owner. */
export class EmailVerification {
  readonly #accounts: AccountStore;
  readonly #oneTimeTokens: OneTimeTokens;
  readonly #mailer: Mailer | null;
  readonly #background: BackgroundWork;
  readonly #mails: MailGuard;
  readonly #guard: SignInGuard;
  readonly #frontend: () => string;

  constructor(parts: {
    accounts: AccountStore;
    oneTimeTokens: OneTimeTokens;
    /** Null where no mail can be sent. */
    mailer: Mailer | null;
    background: BackgroundWork;
    mails: MailGuard;
    guard: SignInGuard;
    /** The URL of the front end that takes the tokens. */
    frontend: () => string;
  }) {
    this.#accounts = parts.accounts;
    this.#oneTimeTokens = parts.oneTimeTokens;
    this.#mailer = parts.mailer;
    this.#background = parts.background;
    this.#mails = parts.mails;
    this.#guard = parts.guard;
    this.#frontend = parts.frontend;
  }

  /** Mails a link to a new account, if mail can be sent. It does not wait until the mail is sent. */
  async welcome(account: Account, address: string): Promise<void> {
    const mailer = this.#mailer;
    if (mailer === null) return;
    try {
      await this.#mails.pass(account.email, address);
      this.#background.add(() => this.#send(account, mailer));
    } catch (error) {
      // The account is made anyway: its owner can ask for another link.
      if (!(error instanceof RateLimitedError)) throw error;
    }
  }

  /** Mails another link to the caller. @throws MailUnavailableError, RateLimitedError */
  async request(caller: Caller, address: string): Promise<void> {
    const mailer = this.#mailer;
    if (mailer === null) throw new MailUnavailableError();
    const account = await this.#accounts.findById(caller.accountId);
    // A guest has no email, and an outside issuer's email is not for this server to verify.
    if (account === null || account.emailVerified) return;
    if (account.guestOf !== null || account.identity !== null) return;
    await this.#mails.passOwner(account.email, address);
    this.#background.add(() => this.#send(account, mailer));
  }

  /**
   * Takes the token of a mailed link. It says nothing about the account, because anybody may hold the link.
   *
   * @throws TokenInvalidError, RateLimitedError
   */
  async verify(token: string, address: string): Promise<void> {
    const account = await this.#guard.guess(address, async () => {
      const redeemed = await this.#oneTimeTokens.redeem('VERIFY_EMAIL', token);
      return redeemed && this.#accounts.update(redeemed.accountId, { emailVerified: true });
    });
    if (account === null) throw new TokenInvalidError();
  }

  async #send({ id, email }: Account, mailer: Mailer): Promise<void> {
    const owner = { accountId: id, sessionId: null };
    const { token } = await this.#oneTimeTokens.issue('VERIFY_EMAIL', owner, LINK_TTL_MS);
    const link = linkTo(this.#frontend(), 'verifyEmail', token);
    await mailer.send({
      to: email,
      subject: 'Confirm your email address',
      text: `Hello,\n\nto confirm that this address is yours, open this link within 30 minutes:\n\n${link}\n\nIf you did not make an account, do nothing.\n`,
    });
  }
}
