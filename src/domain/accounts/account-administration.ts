import type { Clock } from '../clock.ts';
import type { Account } from './account.ts';
import { linkTo } from './mail.ts';
import type { OneTimeTokens } from './one-time-tokens.ts';
import { LINK_TTL_MS } from './password-reset.ts';
import type { AccountStore, SessionStore } from './ports.ts';

/** How many accounts are read from the store at once. */
const PAGE = 200;

/** A link by which the owner of an account chooses a new password. */
export interface ResetLink {
  readonly url: string;
  readonly expiresAt: Date;
}

/**
 * What an operator may do to accounts. It needs only the store, and servers may run meanwhile: they refuse an ended
 * session at its next request, and close its sockets within a heartbeat.
 */
export class AccountAdministration {
  readonly #accounts: AccountStore;
  readonly #sessions: SessionStore;
  readonly #oneTimeTokens: OneTimeTokens;
  readonly #clock: Clock;

  constructor(parts: {
    accounts: AccountStore;
    sessions: SessionStore;
    oneTimeTokens: OneTimeTokens;
    clock: Clock;
  }) {
    this.#accounts = parts.accounts;
    this.#sessions = parts.sessions;
    this.#oneTimeTokens = parts.oneTimeTokens;
    this.#clock = parts.clock;
  }

  /** Every account, in the order of their ids, a page at a time. */
  async *list(): AsyncGenerator<Account> {
    let last: string | null = null;
    for (;;) {
      const page: Account[] = await this.#accounts.list(PAGE, last);
      yield* page;
      last = page.at(-1)?.id ?? null;
      if (page.length < PAGE) return;
    }
  }

  /** How many live sessions an account has. */
  async countSessions(account: Account): Promise<number> {
    return (await this.#sessions.listByAccount(account.id)).length;
  }

  find(email: string): Promise<Account | null> {
    return this.#accounts.findByEmail(email.trim().toLowerCase());
  }

  /**
   * Keeps the owner out: they cannot sign in from now on, and every session and mailed link ends. Resolves to the
   * number of sessions that ended.
   */
  async disable({ id }: Account): Promise<number> {
    // The account comes first: a sign-in that is under way reads it again as its last step, and then finds it disabled.
    await this.#accounts.update(id, { disabledAt: new Date(this.#clock.now()) });
    const ended = await this.#sessions.deleteByAccount(id);
    await this.#oneTimeTokens.revokeAll(id);
    return ended.length;
  }

  /** Lets the owner sign in again, with the password as it was. */
  async enable({ id }: Account): Promise<void> {
    await this.#accounts.update(id, { disabledAt: null });
  }

  /**
   * Makes the same link that is mailed to somebody who has forgotten the password. The old password and the sessions
   * end when it is used, not before.
   *
   * @param frontend the URL of the front end that takes the token
   */
  async resetLink({ id }: Account, frontend: string): Promise<ResetLink> {
    const owner = { accountId: id, sessionId: null };
    const { token, expiresAt } = await this.#oneTimeTokens.issue(
      'RESET_PASSWORD',
      owner,
      LINK_TTL_MS,
    );
    return { url: linkTo(frontend, 'resetPassword', token), expiresAt };
  }
}
