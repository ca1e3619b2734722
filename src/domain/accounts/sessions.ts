import type { Clock } from '../clock.ts';
import {
  ForbiddenError,
  NotInRoomError,
  SessionNotFoundError,
  UnauthenticatedError,
} from '../errors.ts';
import { newSessionId } from '../identifier.ts';
import type { Account, Grant, Session, SessionEnd } from './account.ts';
import type { IssuedToken, OneTimeTokens } from './one-time-tokens.ts';
import type { AccountStore, SessionEnds, SessionStore, TokenClaims, TokenSigner } from './ports.ts';
import { RecentEnds } from './recent-ends.ts';

/** How often the last use of a session is written down, in milliseconds. */
const TOUCH_INTERVAL_MS = 60_000;
/** Sessions looked up at once. */
const REVIEW_CHUNK = 500;
/** How long a connection token works, in milliseconds. */
const CONNECTION_TOKEN_TTL_MS = 60_000;

/** Who makes a call: an account through one of its sessions. */
export interface Caller {
  readonly accountId: string;
  readonly name: string;
  readonly sessionId: string;
  readonly expiresAt: Date;
  /** The only room that a guest may enter; null for everybody else. */
  readonly guestOf: string | null;
  /** What the session is limited to; null: to no room. */
  readonly grant: Grant | null;
  /** The network address that the call comes from, as guesses are counted by it. */
  readonly address: string;
  /** The id of its device cookie; null where it brings none. */
  readonly device: string | null;
}

/** The only room that a caller may enter; null: any. */
export function onlyRoomOf({ guestOf, grant }: Pick<Caller, 'guestOf' | 'grant'>): string | null {
  return guestOf ?? grant?.roomId ?? null;
}

/** For what is done in a room: a session that is limited to another is in none. @throws NotInRoomError */
export function mustReach({ grant }: Pick<Caller, 'grant'>, roomId: string): void {
  if (grant !== null && grant.roomId !== roomId) throw new NotInRoomError();
}

/** For what concerns more than the room that a session is limited to. @throws ForbiddenError */
export function mustNotBeLimited({ grant }: Pick<Caller, 'grant'>): void {
  if (grant !== null) throw new ForbiddenError('This token is good for one room alone.');
}

/** How a session is opened that does not last as long as usual, or is limited. */
export interface SessionTerms {
  readonly expiresAt: Date;
  readonly grant: Grant | null;
}

/** A session that goes on for longer than was known. */
export interface SessionExtension extends SessionEnd {
  readonly expiresAt: Date;
}

/** A session that has just been opened, with the token that names it. */
export interface OpenedSession {
  readonly session: Session;
  readonly token: string;
}

/** Opens, checks and ends sessions, and tells who listens of each end. */
export class Sessions {
  readonly #sessions: SessionStore;
  readonly #accounts: AccountStore;
  readonly #tokens: TokenSigner;
  readonly #oneTimeTokens: OneTimeTokens;
  readonly #clock: Clock;
  readonly #ttlMs: number;
  readonly #perAccount: number;
  readonly #listeners: ((end: SessionEnd) => void)[] = [];
  readonly #extensionListeners: ((extension: SessionExtension) => void)[] = [];
  readonly #recentEnds: RecentEnds;
  readonly #otherNodes: SessionEnds | null;

  constructor(parts: {
    sessions: SessionStore;
    accounts: AccountStore;
    tokens: TokenSigner;
    oneTimeTokens: OneTimeTokens;
    clock: Clock;
    /** How long a session lasts, in milliseconds. */
    ttlMs: number;
    /** Sessions of one account; one more ends the oldest. */
    perAccount: number;
    /** The other nodes; null where there is none. */
    otherNodes: SessionEnds | null;
  }) {
    this.#sessions = parts.sessions;
    this.#accounts = parts.accounts;
    this.#tokens = parts.tokens;
    this.#oneTimeTokens = parts.oneTimeTokens;
    this.#clock = parts.clock;
    this.#ttlMs = parts.ttlMs;
    this.#perAccount = parts.perAccount;
    this.#recentEnds = new RecentEnds(parts.clock);
    this.#otherNodes = parts.otherNodes;
    this.#otherNodes?.subscribe((end) => this.#tellHere(end));
  }

  /** @param terms for a session that does not last as long as usual, or is limited */
  async open(
    account: Account,
    userAgent: string | null,
    terms: SessionTerms | null = null,
  ): Promise<OpenedSession> {
    const now = this.#clock.now();
    const expiresAt = terms?.expiresAt ?? new Date(now + this.#ttlMs);
    const session: Session = {
      id: newSessionId(),
      accountId: account.id,
      createdAt: new Date(now),
      lastSeenAt: new Date(now),
      // Tokens count whole seconds (RFC 7519), so the record does too: neither outlives the other.
      expiresAt: new Date(Math.floor(expiresAt.getTime() / 1000) * 1000),
      userAgent: userAgent?.slice(0, 256) ?? null,
      grant: terms?.grant ?? null,
    };
    const token = await this.sign(session);
    await this.#sessions.insert(session);
    const live = await this.#sessions.listByAccount(account.id);
    // One that is extended again and again may be the oldest, and in use: those go that end first.
    const last = live.toSorted((one, two) => two.expiresAt.getTime() - one.expiresAt.getTime());
    for (const { id, accountId } of last.slice(this.#perAccount)) {
      await this.#delete({ sessionId: id, accountId });
    }
    return { session, token };
  }

  /** The token that names a session, as long as it lasts by now. */
  sign({ id, accountId, expiresAt }: Session): Promise<string> {
    return this.#tokens.sign({ sessionId: id, accountId }, expiresAt);
  }

  /** Null when there is none, or it has ended. */
  find(id: string): Promise<Session | null> {
    return this.#sessions.find(id);
  }

  /** Lets a session last until `expiresAt`, and tells who listens. @throws UnauthenticatedError when it has ended */
  async extend({ sessionId, accountId }: SessionEnd, expiresAt: Date): Promise<void> {
    if (!(await this.#sessions.extend(sessionId, expiresAt))) throw new UnauthenticatedError();
    this.#tellExtended({ sessionId, accountId, expiresAt });
  }

  /** Resolves to the caller whom the token names, or null when the token or its session is worth nothing (any more). */
  async authenticate(
    token: string,
    address: string,
    device: string | null = null,
  ): Promise<Caller | null> {
    const claims = await this.#tokens.read(token);
    return claims === null ? null : this.callerOf(claims, address, device);
  }

  /** As {@link Sessions.authenticate}, for a token of `connectionParams`: a connection token is one too, and is used up. */
  async authenticateConnection(
    token: string,
    address: string,
    device: string | null = null,
  ): Promise<Caller | null> {
    if (token.includes('.')) return this.authenticate(token, address, device);
    const redeemed = await this.#oneTimeTokens.redeem('CONNECT', token);
    if (redeemed === null || redeemed.sessionId === null) return null;
    const { sessionId, accountId } = redeemed;
    return this.callerOf({ sessionId, accountId }, address, device);
  }

  /** Makes a token that signs one WebSocket in as the caller, within a minute: for pages whose cookie does not reach it. */
  issueConnectionToken(caller: Caller): Promise<IssuedToken> {
    return this.#oneTimeTokens.issue('CONNECT', caller, CONNECTION_TOKEN_TTL_MS);
  }

  /** Whoever a session is of; null when it, or the account, is gone. */
  async callerOf(
    claims: TokenClaims,
    address: string,
    device: string | null,
  ): Promise<Caller | null> {
    const [session, account] = await Promise.all([
      this.#sessions.find(claims.sessionId),
      this.#accounts.findById(claims.accountId),
    ]);
    if (session === null || account === null || session.accountId !== account.id) return null;
    if (account.disabledAt !== null) return null;
    const now = this.#clock.now();
    if (now - session.lastSeenAt.getTime() > TOUCH_INTERVAL_MS) {
      await this.#sessions.touch(session.id, new Date(now));
    }
    return {
      accountId: account.id,
      name: account.name,
      sessionId: session.id,
      expiresAt: session.expiresAt,
      guestOf: account.guestOf,
      grant: session.grant,
      address,
      device,
    };
  }

  /** The live sessions of an account, newest first. */
  list(accountId: string): Promise<Session[]> {
    return this.#sessions.listByAccount(accountId);
  }

  /** Ends one session. @throws UnauthenticatedError when it had ended already. */
  async end(end: SessionEnd): Promise<void> {
    if (!(await this.#delete(end))) throw new UnauthenticatedError();
  }

  /** Ends one session of the caller's account, the caller's own too. @throws SessionNotFoundError */
  async revoke(caller: Caller, sessionId: string): Promise<Session> {
    const { accountId } = caller;
    if (sessionId !== caller.sessionId) mustNotBeLimited(caller);
    const session = await this.#sessions.find(sessionId);
    if (session?.accountId !== accountId) throw new SessionNotFoundError();
    if (!(await this.#delete({ sessionId, accountId }))) throw new SessionNotFoundError();
    return session;
  }

  /** Ends all sessions of the caller's account but its own; resolves to how many. @throws ForbiddenError */
  async revokeOthers(caller: Caller): Promise<number> {
    mustNotBeLimited(caller);
    return this.endAll(caller.accountId, caller.sessionId);
  }

  /** Ends all sessions of the account but `exceptId`, if given; resolves to how many. */
  async endAll(accountId: string, exceptId?: string): Promise<number> {
    const ended = await this.#sessions.deleteByAccount(accountId, exceptId);
    await Promise.all(ended.map((sessionId) => this.#tell({ sessionId, accountId })));
    return ended.length;
  }

  /**
   * Tells of those of the callers' sessions that somebody else has ended: the command line, or a server that could not
   * say so; and of those that another server has extended. Expired ones are not among them.
   */
  async review(callers: readonly Caller[]): Promise<void> {
    const held = [...new Map(callers.map((caller) => [caller.sessionId, caller])).values()];
    for (let start = 0; start < held.length; start += REVIEW_CHUNK) {
      const chunk = held.slice(start, start + REVIEW_CHUNK);
      const found = await this.#sessions.liveAmong(chunk.map((caller) => caller.sessionId));
      const live = new Map(found.map((session) => [session.id, session.expiresAt]));
      const now = this.#clock.now();
      for (const { sessionId, accountId, expiresAt } of chunk) {
        const until = live.get(sessionId);
        if (until === undefined) {
          if (expiresAt.getTime() > now) this.#tellHere({ sessionId, accountId });
        } else if (until > expiresAt) {
          this.#tellExtended({ sessionId, accountId, expiresAt: until });
        }
      }
    }
  }

  /** Calls `listener` at each end of a session, on whichever node; on its own before the call that ended it is answered. */
  onEnded(listener: (end: SessionEnd) => void): void {
    this.#listeners.push(listener);
  }

  /** Calls `listener` when a session is extended here, and within a heartbeat when it was elsewhere. */
  onExtended(listener: (extension: SessionExtension) => void): void {
    this.#extensionListeners.push(listener);
  }

  /**
   * Whether the session has ended in the last minutes. What was begun for a session and took its time asks this in the
   * same turn in which it becomes known to those who listen for ends: so no end passes it by.
   */
  hasEnded(sessionId: string): boolean {
    return this.#recentEnds.has(sessionId);
  }

  async #delete(end: SessionEnd): Promise<boolean> {
    const ended = await this.#sessions.delete(end.sessionId);
    // Told even when the record was gone: whoever still holds something of that session must let go of it.
    await this.#tell(end);
    return ended;
  }

  /** Tells those who listen at once, and then the other nodes. */
  async #tell(end: SessionEnd): Promise<void> {
    this.#tellHere(end);
    await this.#otherNodes?.publish(end);
  }

  #tellExtended(extension: SessionExtension): void {
    for (const listener of this.#extensionListeners) listener(extension);
  }

  #tellHere(end: SessionEnd): void {
    this.#recentEnds.add(end.sessionId);
    for (const listener of this.#listeners) listener(end);
  }
}
