import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { TokenInvalidError, UnauthenticatedError } from '../errors.ts';
import type { Account, Grant, Session } from './account.ts';
import type { Origin, SignedIn } from './accounts.ts';
import { type Described, keyOfPerson, type People } from './people.ts';
import type { OutsideToken, OutsideTokenStore } from './ports.ts';
import type { Caller, Sessions } from './sessions.ts';
import { SKEW_MS, type TokenVerifier, type Vouched } from './vouching.ts';

/** How often a session is looked up while other requests make, replace and end it at the same time. */
const ATTEMPTS = 5;
const ENDED = 'The session of this token was ended.';

/** Where a call comes from, and the browser's device cookie. */
export interface Visit extends Origin {
  /** The id of the device cookie; null if there is none. */
  readonly device: string | null;
}

interface Opened {
  readonly account: Account;
  readonly session: Session;
}

/** A person whom an issuer vouches for, and the hash by which their session is found again. */
type Proof = Vouched & { readonly hash: string };

/**
 * Sessions of people whom outside issuers vouch for. A token stands for the same session, however often and wherever it
 * is shown. If that session is ended before it expires, the token is no longer valid.
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

  /** Whether a token is one of an outside issuer; only then this class can read it. */
  takes(token: string): boolean {
    return this.#verifier.isOutside(token);
  }

  /** Signs in with a token of an outside issuer. @throws TokenInvalidError, UnavailableError */
  async exchange(token: string, { userAgent }: Origin): Promise<SignedIn> {
    const { account, session } = await this.#sessionOf(await this.#prove(token), userAgent);
    return { account, session, token: await this.#sessions.sign(session) };
  }

  /** The caller that a token of an outside issuer stands for. @throws TokenInvalidError, UnavailableError */
  async authenticate(token: string, visit: Visit): Promise<Caller> {
    const { session } = await this.#sessionOf(await this.#prove(token), visit.userAgent);
    return this.#callerOf(session, visit);
  }

  /**
   * The caller of a person whom the embedding program vouches for; only that program can call this. The session is
   * found again by the person, and is extended as long as they keep coming. If it was ended, a new one begins.
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
   * Extends the caller's session with another token of the same person, for the same room and role. Resolves to the
   * extended session. From now on the token stands for that session.
   *
   * @throws TokenInvalidError, UnauthenticatedError, UnavailableError
   */
  async reauthenticate(caller: Caller, token: string): Promise<Session> {
    const proof = await this.#prove(token);
    await this.#people.checkEnds(proof);
    const account = await this.#people.find(proof);
    if (account?.id !== caller.accountId) {
      throw new TokenInvalidError('The token belongs to another person.', 'OTHER_PERSON');
    }
    if (!isSame(proof.grant, caller.grant)) {
      throw new TokenInvalidError('The token is for another room or role than the session.');
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

  /** Null if another request has opened a session for the same token. */
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

  /**
   * The person's sessions or their account may have been ended while this session was being opened. That did not end
   * this session, so it is ended here.
   */
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

  /** Does nothing if the session has been ended already. */
  async #discard({ id: sessionId, accountId }: Session): Promise<void> {
    await this.#sessions.end({ sessionId, accountId }).catch((error: unknown) => {
      if (!(error instanceof UnauthenticatedError)) throw error;
    });
  }

  /** Extends a session and lets the token stand for it. */
  async #extend(proof: Proof, session: Session, inPlaceOf: string | null): Promise<Session> {
    const extended = { ...session, expiresAt: this.#endOfSession() };
    const { id: sessionId, accountId, expiresAt } = extended;
    // The tokens come first. If this stops halfway, a token counts the expired session as ended; in the other order it
    // would open a new session although this one was ended.
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

  /** In whole seconds, because sessions end at whole seconds. */
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
