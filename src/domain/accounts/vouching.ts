import type { Grant, Person } from './account.ts';

/** What an outside issuer says about a person; the signature has been verified. */
export interface Vouched extends Person {
  /** The name that others will see; null if the issuer gives none that can be shown. */
  readonly name: string | null;
  readonly email: string | null;
  /** Whether the issuer has verified the email. */
  readonly emailVerified: boolean;
  readonly picture: string | null;
  readonly grant: Grant | null;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** Reads the tokens of the issuers that this server trusts. */
export interface TokenVerifier {
  /** Whether a token names a trusted issuer. That proves nothing; it only says who has to verify the token. */
  isOutside(token: string): boolean;
  /** Whether an issuer is trusted. */
  trusts(issuer: string): boolean;
  /**
   * Resolves to what the token says, if its issuer has signed it for this server, and it is valid now.
   *
   * @throws TokenInvalidError, which says why it is not accepted
   * @throws UnavailableError if the keys of the issuer are not known and cannot be loaded at the moment
   */
  verify(token: string): Promise<Vouched>;
}

/** How much the clocks of issuers may differ from this server's, in milliseconds. */
export const SKEW_MS = 60_000;
/** The longest time that a token is accepted, in milliseconds: after it was issued, and before it ends. */
export const TOKEN_LIFE_MS = 24 * 3_600_000;
/** The issuer of people whom the embedding program vouches for. */
export const HOST_ISSUER = 'host';

/** A service that signs tokens for people with keys that it publishes (OpenID Connect, RFC 7517). */
export interface TrustedIssuer {
  /** As tokens name it in `iss`, character by character. */
  readonly issuer: string;
  /** One of these must be in `aud`. */
  readonly audience: readonly string[];
  /** Where its keys are; null: its discovery document says where. */
  readonly jwksUrl: string | null;
  /** The algorithms with which it may sign; only those with public keys. */
  readonly algorithms: readonly string[];
  /** The claims that hold the name, the email and the picture. A dot names a field of an object. */
  readonly claims: { readonly name: string; readonly email: string; readonly picture: string };
}

/** A secret that is shared with a program that signs tokens for its own people. */
export interface ApiKey {
  /** As tokens name it in `iss`. Several secrets may have one id: any of them signs. */
  readonly id: string;
  readonly secret: string;
}
