import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import type { TrustedIssuer } from '../domain/accounts/vouching.ts';
import type { Clock } from '../domain/clock.ts';
import { UnavailableError } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';
import { fetchJson } from './bounded-fetch.ts';

/** Keys older than this are fetched again, beside what goes on, in milliseconds. */
const REFRESH_MS = 10 * 60_000;
/** Known keys are good for so long while their issuer is away, in milliseconds. */
const KEPT_MS = 24 * 3_600_000;
/** So often at most a key is looked for that is not known, in milliseconds. */
const UNKNOWN_KEY_MS = 30_000;
/** So long nothing is asked of an issuer whose keys are not known and that did not answer, in milliseconds. */
const PAUSE_MS = 5000;

export interface IssuerOptions {
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  /** Whether keys come by `https:` alone, also from this machine. */
  readonly production: boolean;
  /** How long an issuer may take over its documents, in milliseconds. */
  readonly timeoutMs: number;
  /** Bytes of one document. */
  readonly maxBytes: number;
}

/**
 * The public keys of one issuer. jose keeps and chooses them (RFC 7517 §4.5, by `kid` and `alg`); when they are fetched,
 * and from where, is decided here. Each issuer has keys of its own: a `kid` means nothing beyond its issuer.
 */
export class IssuerKeys {
  readonly #issuer: TrustedIssuer;
  readonly #options: IssuerOptions;
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  /** When the keys were fetched last, and when that was tried last; null for never. */
  #fetchedAt: number | null = null;
  #triedAt: number | null = null;
  #fetching: Promise<void> | null = null;

  constructor(issuer: TrustedIssuer, options: IssuerOptions) {
    this.#issuer = issuer;
    this.#options = options;
    // jose never fetches by itself after the first time.
    this.#keys = createRemoteJWKSet(new URL(issuer.jwksUrl ?? issuer.issuer), {
      timeoutDuration: options.timeoutMs,
      cacheMaxAge: Number.POSITIVE_INFINITY,
      cooldownDuration: Number.POSITIVE_INFINITY,
      [customFetch]: async (_url, { signal }) => Response.json(await this.#fetchKeys(signal)),
    });
  }

  /** The key of a token. @throws UnavailableError where none are known and none can be had */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    await this.#beReady();
    try {
      return await this.#keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || this.#triedWithin(UNKNOWN_KEY_MS)) {
        throw error;
      }
      await this.refresh().catch(() => {});
      return await this.#keys(header, token);
    }
  };

  /** How many keys are known. */
  get count(): number {
    return this.#keys.jwks()?.keys.length ?? 0;
  }

  /** Fetches the keys; who asks meanwhile waits for the same. @throws Error that says what is wrong with the issuer */
  refresh(): Promise<void> {
    this.#fetching ??= this.#refresh().finally(() => {
      this.#fetching = null;
    });
    return this.#fetching;
  }

  async #refresh(): Promise<void> {
    const { clock, log } = this.#options;
    this.#triedAt = clock.now();
    try {
      await this.#keys.reload();
      this.#fetchedAt = clock.now();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ issuer: this.#issuer.issuer, reason }, 'The keys of an issuer cannot be had');
      throw error;
    }
  }

  async #beReady(): Promise<void> {
    const { now } = this.#options.clock;
    const age = this.#fetchedAt === null ? Number.POSITIVE_INFINITY : now() - this.#fetchedAt;
    if (age <= REFRESH_MS) return;
    if (age <= KEPT_MS) {
      if (!this.#triedWithin(UNKNOWN_KEY_MS)) this.refresh().catch(() => {});
      return;
    }
    if (this.#fetching === null && this.#triedWithin(PAUSE_MS)) throw unavailable();
    await this.refresh().catch((error: unknown) => {
      throw unavailable(error);
    });
  }

  #triedWithin(ms: number): boolean {
    const { now } = this.#options.clock;
    return this.#triedAt !== null && now() - this.#triedAt < ms;
  }

  async #fetchKeys(signal: AbortSignal): Promise<unknown> {
    const { maxBytes } = this.#options;
    const url = this.#issuer.jwksUrl ?? (await this.#discover(signal));
    const found = await fetchJson(url, { maxBytes, signal });
    if (hasList(found, 'keys')) return found;
    throw new Error(`${url} answers no key set (RFC 7517)`);
  }

  /** Where the keys are (OpenID Connect Discovery 1.0 §4, RFC 8414). */
  async #discover(signal: AbortSignal): Promise<string> {
    const { maxBytes, production } = this.#options;
    const { issuer } = this.#issuer;
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const found = (await fetchJson(url, { maxBytes, signal })) as Record<string, unknown> | null;
    // §4.3: whoever says to be another may be anybody.
    if (found?.issuer !== issuer) {
      throw new Error(`${url} says that its issuer is ${JSON.stringify(found?.issuer)}`);
    }
    const { jwks_uri: jwksUrl } = found;
    if (typeof jwksUrl === 'string' && isSecure(jwksUrl, issuer, production)) return jwksUrl;
    throw new Error(`${url} has no jwks_uri that begins with https://`);
  }
}

/** `https:`; or as its issuer, which is on this machine where it is not `https:`. */
function isSecure(jwksUrl: string, issuer: string, production: boolean): boolean {
  if (!URL.canParse(jwksUrl)) return false;
  const { protocol, hostname } = new URL(jwksUrl);
  const own = new URL(issuer);
  if (protocol === 'https:') return true;
  return !production && protocol === own.protocol && hostname === own.hostname;
}

function hasList(found: unknown, name: string): found is Record<string, unknown> {
  return typeof found === 'object' && found !== null && Array.isArray(Reflect.get(found, name));
}

function unavailable(cause?: unknown): UnavailableError {
  return new UnavailableError('The issuer of this token does not answer; try again in a moment.', {
    cause,
  });
}
