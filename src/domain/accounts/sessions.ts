import type { Clock } from '../clock.ts';
import { UnauthenticatedError } from '../errors.ts';
import { newSessionId } from '../identifier.ts';
import type { Account, Session } from './account.ts';
import type { AccountStore, SessionStore, TokenSigner } from './ports.ts';
import { RecentEnds } from './recent-ends.ts';

/** How often the last use of a session is written down, in milliseconds. */
const TOUCH_INTERVAL_MS = 60_000;

/** Who makes a call: an account through one of its sessions. */
export interface Caller {
  readonly accountId: string;
  readonly name: string;
  readonly sessionId: string;
  readonly expiresAt: Date;
}

/** A session that has just been opened, with the token that names it. */
export interface OpenedSession {
  readonly session: Session;
  readonly token: string;
}

/** A session that has ended before its time: signed out or revoked. */
export interface SessionEnd {
  readonly sessionId: string;
  readonly accountId: string;
}

/** Opens, checks and ends sessions, and tells who listens of each end. */
export class Sessions {
  readonly #sessions: SessionStore;
  readonly #accounts: AccountStore;
  readonly #tokens: TokenSigner;
  readonly #clock: Clock;
  readonly #ttlMs: number;
  readonly #listeners: ((end: SessionEnd) => void)[] = [];
  readonly #recentEnds: RecentEnds;

  constructor(parts: {
    sessions: SessionStore;
    accounts: AccountStore;
    tokens: TokenSigner;
    clock: Clock;
    /** How long a session lasts, in milliseconds. */
    ttlMs: number;
  }) {
    this.#sessions = parts.sessions;
    this.#accounts = parts.accounts;
    this.#tokens = parts.tokens;
    this.#clock = parts.clock;
    this.#ttlMs = parts.ttlMs;
    this.#recentEnds = new RecentEnds(parts.clock);
  }

  async open(account: Account, userAgent: string | null): Promise<OpenedSession> {
    const now = this.#clock.now();
    const session: Session = {
      id: newSessionId(),
      accountId: account.id,
      createdAt: new Date(now),
      lastSeenAt: new Date(now),
      // Tokens count whole seconds (RFC 7519), so the record does too: neither outlives the other.
      expiresAt: new Date(Math.floor((now + this.#ttlMs) / 1000) * 1000),
      userAgent: userAgent?.slice(0, 256) ?? null,
    };
    const token = await this.#tokens.sign(
      { sessionId: session.id, accountId: account.id },
      session.expiresAt,
    );
    await this.#sessions.insert(session);
    return { session, token };
  }

  /** Resolves to the caller whom the token names, or null when the token or its session is worth nothing (any more). */
  async authenticate(token: string): Promise<Caller | null> {
    const claims = await this.#tokens.read(token);
    if (claims === null) return null;
    const [session, account] = await Promise.all([
      this.#sessions.find(claims.sessionId),
      this.#accounts.findById(claims.accountId),
    ]);
    if (session === null || account === null || session.accountId !== account.id) return null;
    const now = this.#clock.now();
    if (now - session.lastSeenAt.getTime() > TOUCH_INTERVAL_MS) {
      await this.#sessions.touch(session.id, new Date(now));
    }
    return {
      accountId: account.id,
      name: account.name,
      sessionId: session.id,
      expiresAt: session.expiresAt,
    };
  }

  /** The live sessions of the caller's account, newest first. */
  list(caller: Caller): Promise<Session[]> {
    return this.#sessions.listByAccount(caller.accountId);
  }

  /** Ends one session. @throws UnauthenticatedError when it had ended already. */
  async end(end: SessionEnd): Promise<void> {
    const ended = await this.#sessions.delete(end.sessionId);
    this.#recentEnds.add(end.sessionId);
    // Told even when the record was gone: whoever still holds something of that session must let go of it.
    for (const listener of this.#listeners) listener(end);
    if (!ended) throw new UnauthenticatedError();
  }

  /** Calls `listener` at each end of a session, before the call that ended it is answered. */
  onEnded(listener: (end: SessionEnd) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Whether the session has ended in the last minutes. What was begun for a session and took its time asks this in the
   * same turn in which it becomes known to those who listen for ends: so no end passes it by.
   */
  hasEnded(sessionId: string): boolean {
    return this.#recentEnds.has(sessionId);
  }
}
