import type { TokenClaims, TokenSigner } from '../domain/accounts/ports.ts';
import type { Clock } from '../domain/clock.ts';
import { JsonWebTokens } from './json-web-tokens.ts';

/** Signs the tokens of sessions; `sub` is the account, `jti` the session. */
export class JwtSigner implements TokenSigner {
  readonly #tokens: JsonWebTokens;

  /** The first secret signs; every secret is tried for reading, see {@link JsonWebTokens}. */
  constructor(secrets: readonly string[], clock: Clock) {
    this.#tokens = new JsonWebTokens(secrets, clock, { audience: 'peerql', type: 'JWT' });
  }

  /** The token expires at `expiresAt`, rounded down to the whole second. */
  sign({ sessionId, accountId }: TokenClaims, expiresAt: Date): Promise<string> {
    return this.#tokens.sign({ sub: accountId, jti: sessionId }, expiresAt);
  }

  async read(token: string): Promise<TokenClaims | null> {
    const claims = await this.#tokens.read(token);
    return claims && { sessionId: claims.jti, accountId: claims.sub };
  }
}
