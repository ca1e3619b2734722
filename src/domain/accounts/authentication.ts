import { TokenInvalidError } from '../errors.ts';
import type { OutsideSessions, Visit } from './outside-sessions.ts';
import type { Caller, Sessions } from './sessions.ts';

/**
 * Finds out who calls by the token that is shown: a token of this server's own sessions, or one of an outside issuer.
 */
export class Authentication {
  readonly #sessions: Sessions;
  readonly #outside: OutsideSessions;

  constructor(parts: { sessions: Sessions; outside: OutsideSessions }) {
    this.#sessions = parts.sessions;
    this.#outside = parts.outside;
  }

  /**
   * The caller that the token of a request stands for; null if the token is invalid or has ended. @throws
   * UnavailableError
   */
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
   * As {@link Authentication.ofRequest}, for a WebSocket. It takes a connection token as well, which works only once.
   *
   * @throws TokenInvalidError for an outside token; it says whether a newer token would be accepted
   */
  ofConnection(token: string, visit: Visit): Promise<Caller | null> {
    return this.#outside.takes(token)
      ? this.#outside.authenticate(token, visit)
      : this.#sessions.authenticateConnection(token, visit.address, visit.device);
  }
}
