import { createSecretKey, type KeyObject } from 'node:crypto';
import {
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import {
  type ApiKey,
  SKEW_MS,
  TOKEN_LIFE_MS,
  type TokenVerifier,
  type TrustedIssuer,
  type Vouched,
} from '../domain/accounts/vouching.ts';
import type { Clock } from '../domain/clock.ts';
import { TokenInvalidError } from '../domain/errors.ts';
import { checkLife, readClaims, readGrant } from './claims.ts';
import { IssuerKeys, type IssuerOptions } from './issuer-keys.ts';

/** The `aud` of a token of an API key. */
const AUDIENCE = 'peerql';
const OWN_CLAIMS = { name: 'name', email: 'email', picture: 'picture' };
/**
 * The accepted values of `typ` (RFC 7519 §5.1, RFC 9068 §2.1). A token for something else, such as a logout, must not
 * sign anybody in.
 */
const TYPES = new Set(['jwt', 'application/jwt', 'at+jwt', 'application/at+jwt']);

/** An issuer or an API key whose tokens are accepted. */
interface Voucher {
  verify(token: string, options: JWTVerifyOptions): Promise<Vouched>;
}

/**
 * Verifies JSON Web Tokens (RFC 7519, following RFC 8725) of issuers with published keys and of API keys. A token is
 * checked only with the keys, algorithms and audience of the issuer that it names.
 */
export class OutsideTokenVerifier implements TokenVerifier {
  readonly #vouchers = new Map<string, Voucher>();
  readonly #keys: readonly IssuerKeys[];
  readonly #clock: Clock;
  readonly #maxLength: number;

  constructor(
    trusted: { readonly issuers: readonly TrustedIssuer[]; readonly apiKeys: readonly ApiKey[] },
    options: IssuerOptions & { readonly maxLength: number },
  ) {
    this.#clock = options.clock;
    this.#maxLength = options.maxLength;
    for (const { id } of trusted.apiKeys) {
      const secrets = trusted.apiKeys.filter((key) => key.id === id);
      this.#vouchers.set(id, sharedSecrets(id, secrets));
    }
    this.#keys = trusted.issuers.map((issuer) => {
      const keys = new IssuerKeys(issuer, options);
      this.#vouchers.set(issuer.issuer, publishedKeys(issuer, keys.find));
      return keys;
    });
  }

  /**
   * Fetches the keys of all issuers, so that the first users do not wait for them. An issuer that does not answer is
   * only logged.
   */
  async warmUp(): Promise<void> {
    await Promise.allSettled(this.#keys.map((keys) => keys.refresh()));
  }

  isOutside(token: string): boolean {
    const issuer = issuerOf(token);
    return issuer !== null && this.trusts(issuer);
  }

  trusts(issuer: string): boolean {
    return this.#vouchers.has(issuer);
  }

  async verify(token: string): Promise<Vouched> {
    if (token.length > this.#maxLength) {
      throw new TokenInvalidError(`It has more than ${this.#maxLength} characters.`);
    }
    const issuer = issuerOf(token);
    if (issuer === null) throw new TokenInvalidError('It is not a JSON Web Token with an "iss".');
    const voucher = this.#vouchers.get(issuer);
    if (voucher === undefined) {
      throw new TokenInvalidError('This server does not trust its issuer ("iss").');
    }
    const now = this.#clock.now();
    try {
      checkType(token);
      return await voucher.verify(token, {
        issuer,
        requiredClaims: ['sub', 'exp', 'iat'],
        maxTokenAge: TOKEN_LIFE_MS / 1000,
        clockTolerance: SKEW_MS / 1000,
        currentDate: new Date(now),
      });
    } catch (error) {
      throw error instanceof errors.JOSEError ? asInvalid(error) : error;
    }
  }
}

function publishedKeys(trusted: TrustedIssuer, find: JWTVerifyGetKey): Voucher {
  const { issuer, claims } = trusted;
  const own = { audience: [...trusted.audience], algorithms: [...trusted.algorithms] };
  return {
    async verify(token, options) {
      const { payload } = await jwtVerify(token, find, { ...options, ...own });
      checkLife(payload, nowOf(options), SKEW_MS);
      return readClaims(payload, issuer, claims);
    },
  };
}

function sharedSecrets(id: string, keys: readonly ApiKey[]): Voucher {
  const secrets = keys.map(({ secret }) => createSecretKey(Buffer.from(secret)));
  return {
    async verify(token, options) {
      const own = { ...options, audience: AUDIENCE, algorithms: ['HS256'] };
      const payload = await verifiedByAny(token, secrets, own);
      checkLife(payload, nowOf(options), SKEW_MS);
      return { ...readClaims(payload, id, OWN_CLAIMS), grant: readGrant(payload) };
    },
  };
}

async function verifiedByAny(
  token: string,
  secrets: readonly KeyObject[],
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  for (const secret of secrets) {
    try {
      return (await jwtVerify(token, secret, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

function nowOf({ currentDate }: JWTVerifyOptions): number {
  return currentDate?.getTime() ?? 0;
}

/** The issuer that a token names. That proves nothing. */
function issuerOf(token: string): string | null {
  try {
    const { iss } = decodeJwt(token);
    return typeof iss === 'string' ? iss : null;
  } catch {
    return null;
  }
}

/** @throws TokenInvalidError */
function checkType(token: string): void {
  const { typ } = decodeProtectedHeader(token);
  if (typ === undefined || (typeof typ === 'string' && TYPES.has(typ.toLowerCase()))) return;
  throw new TokenInvalidError('It is a token for something else ("typ").');
}

function asInvalid(error: errors.JOSEError): TokenInvalidError {
  if (error instanceof errors.JWTExpired) {
    return new TokenInvalidError('It has expired.', 'EXPIRED');
  }
  return new TokenInvalidError(reasonOf(error));
}

function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason } = error;
    if (reason === 'missing') return `It has no "${claim}".`;
    if (claim === 'aud') return 'It is for another server ("aud").';
    if (claim === 'nbf') return 'It is not valid yet ("nbf").';
    if (claim === 'iat') return 'It was issued in the future ("iat"): compare the clocks.';
    return `Its "${claim}" is wrong.`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'Its "alg" is not accepted for its issuer.';
  if (error instanceof errors.JWKSNoMatchingKey) return 'Its issuer has no such key ("kid").';
  if (error instanceof errors.JWKSMultipleMatchingKeys) return 'It does not name its key ("kid").';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'Its signature is wrong.';
  return 'It cannot be read.';
}
