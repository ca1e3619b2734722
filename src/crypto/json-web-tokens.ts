import { createSecretKey, type KeyObject } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../domain/clock.ts';

const ALGORITHM = 'HS256';
const ISSUER = 'peerql';

/** What a token is for: one for something else is refused. */
export interface TokenUse {
  /** The `aud` of the token. */
  readonly audience: string;
  /** The `typ` of its header (RFC 8725 §3.11). */
  readonly type: string;
}

/** Claims about who and what a token is for. */
export type NamedClaims = JWTPayload & { readonly sub: string; readonly jti: string };

/** Signs and reads JSON Web Tokens (RFC 7519) of one use with HMAC-SHA-256. */
export class JsonWebTokens {
  readonly #current: KeyObject;
  readonly #keys: readonly KeyObject[];
  readonly #clock: Clock;
  readonly #use: TokenUse;

  /**
   * The first secret signs; every secret is tried for reading. To replace a secret, put the new one before the old one
   * until the last old token has expired. Throws if a secret is shorter than the 32 bytes that RFC 7518 §3.2 requires.
   */
  constructor(secrets: readonly string[], clock: Clock, use: TokenUse) {
    const keys = secrets.map((secret) => createSecretKey(Buffer.from(secret)));
    const [current] = keys;
    if (current === undefined) throw new Error('A secret to sign tokens with is missing.');
    if (keys.some((key) => (key.symmetricKeySize ?? 0) < 32)) {
      throw new Error('A secret to sign tokens with is shorter than 32 bytes.');
    }
    this.#current = current;
    this.#keys = keys;
    this.#clock = clock;
    this.#use = use;
  }

  /** The token expires at `expiresAt`, rounded down to the whole second. */
  sign(claims: NamedClaims, expiresAt: Date): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, typ: this.#use.type })
      .setIssuer(ISSUER)
      .setAudience(this.#use.audience)
      .setIssuedAt(new Date(this.#clock.now()))
      .setExpirationTime(expiresAt)
      .sign(this.#current);
  }

  /** Resolves to null for a token that is malformed, expired, for another use, or signed with another key or algorithm. */
  async read(token: string): Promise<NamedClaims | null> {
    for (const key of this.#keys) {
      try {
        return named(await this.#verify(token, key));
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
      audience: this.#use.audience,
      typ: this.#use.type,
      requiredClaims: ['sub', 'jti', 'exp'],
      currentDate: new Date(this.#clock.now()),
    });
    return payload;
  }
}

// jose checks that the claims are present, not that they are strings.
function named(payload: JWTPayload): NamedClaims | null {
  const { sub, jti } = payload;
  if (typeof sub !== 'string' || typeof jti !== 'string') return null;
  return { ...payload, sub, jti };
}
