import type { Grant, Person } from './account.ts';

/** What an issuer outside says of somebody, once it is proved that the issuer says so. */
export interface Vouched extends Person {
  /** As others will see it; null where the issuer says none that can be shown. */
  readonly name: string | null;
  readonly email: string | null;
  /** Whether the issuer says that the email is read by its owner. */
  readonly emailVerified: boolean;
  readonly picture: string | null;
  readonly grant: Grant | null;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** Reads the tokens of the issuers that this server trusts. */
export interface TokenVerifier {
  /** Whether a token names an issuer that is trusted. That proves nothing; it says who has to look at the token. */
  isOutside(token: string): boolean;
  /** Whether an issuer is trusted. */
  trusts(issuer: string): boolean;
  /**
   * Resolves to what the token says, where the issuer that it names has signed it, for this server, and now is its time.
   *
   * @throws TokenInvalidError, which says why it is not accepted
   * @throws UnavailableError where the keys of the issuer are not known and cannot be had at the moment
   */
  verify(token: string): Promise<Vouched>;
}

/** The clocks of issuers may differ from this server's by so much, in milliseconds. */
export const SKEW_MS = 60_000;
/** No token is accepted for longer than this after it was issued, or before it ends, in milliseconds. */
export const TOKEN_LIFE_MS = 24 * 3_600_000;
/** The issuer of those whom the program vouches for that this server is a part of. */
export const HOST_ISSUER = 'host';

/** Somebody who signs tokens for people, by keys that it publishes (OpenID Connect, RFC 7517). */
export interface TrustedIssuer {
  /** As tokens name it in `iss`, character by character. */
  readonly issuer: string;
  /** One of these has to be in `aud`. */
  readonly audience: readonly string[];
  /** Where its keys are; null: its discovery document says so. */
  readonly jwksUrl: string | null;
  /** With which it may sign: of public keys alone. */
  readonly algorithms: readonly string[];
  /** Which claims say the name, the email and the picture; dots lead into objects. */
  readonly claims: { readonly name: string; readonly email: string; readonly picture: string };
}

/** A secret that is shared with a program that signs tokens for its own people. */
export interface ApiKey {
  /** As tokens name it in `iss`. Several secrets may have one id: any of them signs. */
  readonly id: string;
  readonly secret: string;
}
