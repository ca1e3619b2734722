import { createSecretKey, type KeyObject } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { TokenClaims, TokenSigner } from '../domain/accounts/ports.ts';
import type { Clock } from '../domain/clock.ts';

const ALGORITHM = 'HS256';
const ISSUER = 'peerql';
const AUDIENCE = 'peerql';
const TYPE = 'JWT';

/** Signs JSON Web Tokens (RFC 7519) with HMAC-SHA-256; `sub` is the account, `jti` the session. */
export class JwtSigner implements TokenSigner {
  readonly #current: KeyObject;
  readonly #keys: readonly KeyObject[];
  readonly #clock: Clock;

  /**
   * The first secret signs; every secret is tried for reading. To replace a secret, put the new one before the old one
   * until the last old token has expired. Throws if a secret is shorter than the 32 bytes that RFC 7518 §3.2 requires.
   */
  constructor(secrets: readonly string[], clock: Clock) {
    const keys = secrets.map((secret) => createSecretKey(Buffer.from(secret)));
    const [current] = keys;
    if (current === undefined) throw new Error('A secret to sign tokens with is missing.');
    if (keys.some((key) => (key.symmetricKeySize ?? 0) < 32)) {
      throw new Error('A secret to sign tokens with is shorter than 32 bytes.');
    }
    this.#current = current;
    this.#keys = keys;
    this.#clock = clock;
  }

  /** The token expires at `expiresAt`, rounded down to the whole second. */
  sign({ sessionId, accountId }: TokenClaims, expiresAt: Date): Promise<string> {
    return new SignJWT()
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(accountId)
      .setJti(sessionId)
      .setIssuedAt(new Date(this.#clock.now()))
      .setExpirationTime(expiresAt)
      .sign(this.#current);
  }

  async read(token: string): Promise<TokenClaims | null> {
    for (const key of this.#keys) {
      try {
        return toClaims(await this.#verify(token, key));
      } catch (error) {
        if (error instanceof errors.JWSSignatureVerificationFailed) continue;
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    }
    return null;
  }

  async #verify(token: string, key: KeyObject): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      typ: TYPE,
      requiredClaims: ['sub', 'jti', 'exp'],
      currentDate: new Date(this.#clock.now()),
    });
    return payload;
  }
}

// jose checks that the claims are present, not that they are strings.
function toClaims({ sub, jti }: JWTPayload): TokenClaims | null {
  if (typeof sub !== 'string' || typeof jti !== 'string') return null;
  return { sessionId: jti, accountId: sub };
}
