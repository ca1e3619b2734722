import type { Clock } from '../domain/clock.ts';
import type { RingClaims, RingTokens } from '../domain/people/ports.ts';
import { JsonWebTokens } from './json-web-tokens.ts';

const USE = { audience: 'peerql-ring', type: 'ring+jwt' };

/** Signs the tokens that go with a push message; `sub` is the callee, `jti` the session that gets the message. */
export class JwtRingTokens implements RingTokens {
  readonly #tokens: JsonWebTokens;

  /** The first secret signs; every secret is tried for reading, see {@link JsonWebTokens}. */
  constructor(secrets: readonly string[], clock: Clock) {
    this.#tokens = new JsonWebTokens(secrets, clock, USE);
  }

  sign({ callId, userId, sessionId }: RingClaims, expiresAt: Date): Promise<string> {
    return this.#tokens.sign({ sub: userId, jti: sessionId, call: callId }, expiresAt);
  }

  async read(token: string): Promise<RingClaims | null> {
    const claims = await this.#tokens.read(token);
    if (claims === null || typeof claims.call !== 'string') return null;
    return { callId: claims.call, userId: claims.sub, sessionId: claims.jti };
  }
}
