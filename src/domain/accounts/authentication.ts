import { TokenInvalidError } from '../errors.ts';
import type { OutsideSessions, Visit } from './outside-sessions.ts';
import type { Caller, Sessions } from './sessions.ts';

/** Finds out who calls, by whatever token is shown: one of this server's own sessions, or one of an issuer outside. */
export class Authentication {
  readonly #sessions: Sessions;
  readonly #outside: OutsideSessions;

  constructor(parts: { sessions: Sessions; outside: OutsideSessions }) {
    this.#sessions = parts.sessions;
    this.#outside = parts.outside;
  }

  /** Whoever the token of a request stands for; null where it is worth nothing (any more). @throws UnavailableError */
  async ofRequest(token: string, visit: Visit): Promise<Caller | null> {
    if (!this.#outside.takes(token)) {
      return this.#sessions.authenticate(token, visit.address, visit.device);
    }
    try {
      return await this.#outside.authenticate(token, visit);
    } catch (error) {
      if (error instanceof TokenInvalidError) return null;
      throw error;
    }
  }

  /**
   * As {@link Authentication.ofRequest}, for a WebSocket: a connection token is one too, and is used up.
   *
   * @throws TokenInvalidError for one of an issuer outside, which says whether a newer one would do
   */
  ofConnection(token: string, visit: Visit): Promise<Caller | null> {
    return this.#outside.takes(token)
      ? this.#outside.authenticate(token, visit)
      : this.#sessions.authenticateConnection(token, visit.address, visit.device);
  }
}
