import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import type { TrustedIssuer } from '../domain/accounts/vouching.ts';
import type { Clock } from '../domain/clock.ts';
import { messageOf, UnavailableError } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';
import { fetchJson } from './bounded-fetch.ts';

/** Keys older than this are fetched again in the background, in milliseconds. */
const REFRESH_MS = 10 * 60_000;
/** How long known keys are used while their issuer is away, in milliseconds. */
const KEPT_MS = 24 * 3_600_000;
/** The shortest time between two fetches for an unknown key, in milliseconds. */
const UNKNOWN_KEY_MS = 30_000;
/** If no keys are known and the issuer did not answer: how long it is not asked again, in milliseconds. */
const PAUSE_MS = 5000;

export interface IssuerOptions {
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  /** Whether keys must come over `https:`, even from this machine. */
  readonly production: boolean;
  /** How long an issuer may take to answer with its documents, in milliseconds. */
  readonly timeoutMs: number;
  /** The largest size of one document. */
  readonly maxBytes: number;
}

/**
 * The public keys of one issuer. jose keeps and chooses them (RFC 7517 §4.5, by `kid` and `alg`). This class decides
 * when they are fetched, and from where. Each issuer has its own keys: a `kid` has a meaning only for its issuer.
 */
export class IssuerKeys {
  readonly #issuer: TrustedIssuer;
  readonly #options: IssuerOptions;
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  /** When the keys were fetched last, and when that was tried last, in elapsed time; null for never. */
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

  /** The key of a token. @throws UnavailableError if no keys are known and none can be fetched */
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

  /** Fetches the keys; calls at the same time share one fetch. @throws Error that says what is wrong with the issuer */
  refresh(): Promise<void> {
    this.#fetching ??= this.#refresh().finally(() => {
      this.#fetching = null;
    });
    return this.#fetching;
  }

  async #refresh(): Promise<void> {
    const { clock, log } = this.#options;
    this.#triedAt = clock.elapsed();
    try {
      await this.#keys.reload();
      this.#fetchedAt = clock.elapsed();
    } catch (error) {
      const reason = messageOf(error);
      log.warn({ issuer: this.#issuer.issuer, reason }, 'The keys of an issuer cannot be fetched');
      throw error;
    }
  }

  async #beReady(): Promise<void> {
    const now = this.#options.clock.elapsed();
    const age = this.#fetchedAt === null ? Number.POSITIVE_INFINITY : now - this.#fetchedAt;
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
    const now = this.#options.clock.elapsed();
    return this.#triedAt !== null && now - this.#triedAt < ms;
  }

  async #fetchKeys(signal: AbortSignal): Promise<unknown> {
    const { maxBytes } = this.#options;
    const url = this.#issuer.jwksUrl ?? (await this.#discover(signal));
    const found = await fetchJson(url, { maxBytes, signal });
    if (hasList(found, 'keys')) return found;
    throw new Error(`${url} does not answer with a key set (RFC 7517)`);
  }

  /** Where the keys are (OpenID Connect Discovery 1.0 §4, RFC 8414). */
  async #discover(signal: AbortSignal): Promise<string> {
    const { maxBytes, production } = this.#options;
    const { issuer } = this.#issuer;
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const found = (await fetchJson(url, { maxBytes, signal })) as Record<string, unknown> | null;
    // §4.3: a document that names another issuer cannot be trusted.
    if (found?.issuer !== issuer) {
      throw new Error(`${url} says that its issuer is ${JSON.stringify(found?.issuer)}`);
    }
    const { jwks_uri: jwksUrl } = found;
    if (typeof jwksUrl === 'string' && isSecure(jwksUrl, issuer, production)) return jwksUrl;
    throw new Error(`${url} has no jwks_uri that begins with https://`);
  }
}

/**
 * Whether a URL is `https:`, or outside of production has the scheme and host of its issuer. An issuer that is not
 * `https:` is on this machine.
 */
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
