import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { TokenInvalidError, UnauthenticatedError } from '../errors.ts';
import type { Account, Grant, Session } from './account.ts';
import type { Origin, SignedIn } from './accounts.ts';
import { type Described, keyOfPerson, type People } from './people.ts';
import type { OutsideToken, OutsideTokenStore } from './ports.ts';
import type { Caller, Sessions } from './sessions.ts';
import { SKEW_MS, type TokenVerifier, type Vouched } from './vouching.ts';

/** How often a session is looked for that others make, replace and end at the same time. */
const ATTEMPTS = 5;
const ENDED = 'The session that it stands for was ended.';

/** Where a call comes from, and the browser's device cookie. */
export interface Visit extends Origin {
  /** The id of the device cookie; null where there is none. */
  readonly device: string | null;
}

interface Opened {
  readonly account: Account;
  readonly session: Session;
}

/** Somebody who is vouched for, by what is found again when they come next. */
type Proof = Vouched & { readonly hash: string };

/**
 * Sessions of those whom issuers outside vouch for. The same token, however often and wherever it is shown, stands for
 * one session; when that is ended before its time, the token is worth nothing any more.
 */
export class OutsideSessions {
  readonly #people: People;
  readonly #sessions: Sessions;
  readonly #tokens: OutsideTokenStore;
  readonly #verifier: TokenVerifier;
  readonly #clock: Clock;
  readonly #ttlMs: number;

  constructor(parts: {
    people: People;
    sessions: Sessions;
    outsideTokens: OutsideTokenStore;
    verifier: TokenVerifier;
    clock: Clock;
    /** How long such a session lasts, in milliseconds, unless it is extended. */
    ttlMs: number;
  }) {
    this.#people = parts.people;
    this.#sessions = parts.sessions;
    this.#tokens = parts.outsideTokens;
    this.#verifier = parts.verifier;
    this.#clock = parts.clock;
    this.#ttlMs = parts.ttlMs;
  }

  /** Whether a token names an issuer outside; then it is this that reads it. */
  takes(token: string): boolean {
    return this.#verifier.isOutside(token);
  }

  /** Signs in by a token of an issuer outside. @throws TokenInvalidError, UnavailableError */
  async exchange(token: string, { userAgent }: Origin): Promise<SignedIn> {
    const { account, session } = await this.#sessionOf(await this.#prove(token), userAgent);
    return { account, session, token: await this.#sessions.sign(session) };
  }

  /** Whoever a token of an issuer outside stands for. @throws TokenInvalidError, UnavailableError */
  async authenticate(token: string, visit: Visit): Promise<Caller> {
    const { session } = await this.#sessionOf(await this.#prove(token), visit.userAgent);
    return this.#callerOf(session, visit);
  }

  /**
   * Whoever the program vouches for that this server is a part of: nobody else can call this. The session is found again
   * by who they are, and goes on as long as they keep coming; where it was ended, another begins.
   */
  async identify(described: Described, visit: Visit): Promise<Caller> {
    const now = this.#clock.now();
    const issuedAt = new Date(now);
    const proof = { ...described, grant: null, hash: keyOfPerson(described), issuedAt };
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const expiresAt = this.#endOfSession();
      const known = await this.#tokens.find(proof.hash);
      const session = known && (await this.#sessions.find(known.sessionId));
      if (session !== null) {
        const soon = session.expiresAt.getTime() - now < this.#ttlMs / 2;
        if (soon) await this.#extend({ ...proof, expiresAt }, session, session.id);
        await this.#people.ensure(described);
        return this.#callerOf(session, visit);
      }
      const before = known?.sessionId ?? null;
      const opened = await this.#open({ ...proof, expiresAt }, visit.userAgent, before);
      if (opened !== null) return this.#callerOf(opened.session, visit);
    }
    throw new TokenInvalidError(ENDED);
  }

  /**
   * Lets the caller's session go on by another token of the same person, limited as the session is; resolves to when it
   * ends then. From now on the token stands for that session.
   *
   * @throws TokenInvalidError, UnauthenticatedError, UnavailableError
   */
  async reauthenticate(caller: Caller, token: string): Promise<Session> {
    const proof = await this.#prove(token);
    await this.#people.checkEnds(proof);
    const account = await this.#people.find(proof);
    if (account?.id !== caller.accountId) {
      throw new TokenInvalidError('It is a token of somebody else.', 'OTHER_PERSON');
    }
    if (!isSame(proof.grant, caller.grant)) {
      throw new TokenInvalidError('It is for another room or role than the session.');
    }
    const known = await this.#tokens.find(proof.hash);
    if (known !== null && (await this.#wasEnded(known))) throw new TokenInvalidError(ENDED);
    const session = await this.#sessions.find(caller.sessionId);
    if (session === null) throw new TokenInvalidError(ENDED);
    const extended = await this.#extend(proof, session, known?.sessionId ?? null);
    await this.#people.ensure(proof);
    await this.#confirm(proof, session);
    return extended;
  }

  async #prove(token: string): Promise<Proof> {
    const vouched = await this.#verifier.verify(token);
    return { ...vouched, hash: createHash('sha256').update(token).digest('base64url') };
  }

  async #sessionOf(proof: Proof, userAgent: string | null): Promise<Opened> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const known = await this.#tokens.find(proof.hash);
      if (known !== null) {
        const session = await this.#sessions.find(known.sessionId);
        const account = session && (await this.#people.find(proof));
        if (session !== null && account !== null) return { account, session };
        if (await this.#wasEnded(known)) throw new TokenInvalidError(ENDED);
      }
      await this.#people.checkEnds(proof);
      const opened = await this.#open(proof, userAgent, known?.sessionId ?? null);
      if (opened !== null) return opened;
    }
    throw new TokenInvalidError(ENDED);
  }

  /** Null where another request has opened one for the same token. */
  async #open(
    proof: Proof,
    userAgent: string | null,
    inPlaceOf: string | null,
  ): Promise<Opened | null> {
    const account = await this.#people.ensure(proof);
    if (account.disabledAt !== null) throw new TokenInvalidError('This account is disabled.');
    const terms = { expiresAt: this.#endOfSession(), grant: proof.grant };
    const { session } = await this.#sessions.open(account, userAgent, terms);
    if (!(await this.#tokens.put(standing(proof, session), inPlaceOf))) {
      await this.#discard(session);
      return null;
    }
    await this.#confirm(proof, session);
    return { account, session };
  }

  /** Somebody whose sessions were ended, or whose account was, while this one was opened: that did not find it. */
  async #confirm(proof: Proof, session: Session): Promise<void> {
    try {
      await this.#people.checkEnds(proof);
      const account = await this.#people.find(proof);
      if (account?.disabledAt !== null) throw new TokenInvalidError('This account is disabled.');
    } catch (error) {
      if (error instanceof TokenInvalidError) await this.#discard(session);
      throw error;
    }
  }

  /** Nothing happens where another has ended it already. */
  async #discard({ id: sessionId, accountId }: Session): Promise<void> {
    await this.#sessions.end({ sessionId, accountId }).catch((error: unknown) => {
      if (!(error instanceof UnauthenticatedError)) throw error;
    });
  }

  /** Lets a session go on, and the token stand for it. */
  async #extend(proof: Proof, session: Session, inPlaceOf: string | null): Promise<Session> {
    const extended = { ...session, expiresAt: this.#endOfSession() };
    const { id: sessionId, accountId, expiresAt } = extended;
    // First the tokens: where this breaks off, they take the session for ended once it has expired, never the reverse.
    await this.#tokens.extend(sessionId, expiresAt);
    await this.#sessions.extend({ sessionId, accountId }, expiresAt);
    await this.#tokens.put(standing(proof, extended), inPlaceOf);
    return extended;
  }

  async #wasEnded({ sessionId, sessionEndsAt }: OutsideToken): Promise<boolean> {
    if (sessionEndsAt.getTime() <= this.#clock.now()) return false;
    return (await this.#sessions.find(sessionId)) === null;
  }

  async #callerOf({ id: sessionId, accountId }: Session, visit: Visit): Promise<Caller> {
    const { address, device } = visit;
    const caller = await this.#sessions.callerOf({ sessionId, accountId }, address, device);
    if (caller === null) throw new TokenInvalidError(ENDED);
    return caller;
  }

  /** In whole seconds, as sessions count. */
  #endOfSession(): Date {
    return new Date(Math.floor((this.#clock.now() + this.#ttlMs) / 1000) * 1000);
  }
}

function standing({ hash, expiresAt }: Proof, session: Session): OutsideToken {
  return {
    hash,
    sessionId: session.id,
    sessionEndsAt: session.expiresAt,
    expiresAt: new Date(expiresAt.getTime() + SKEW_MS),
  };
}

function isSame(one: Grant | null, other: Grant | null): boolean {
  return one?.roomId === other?.roomId && one?.role === other?.role;
}
