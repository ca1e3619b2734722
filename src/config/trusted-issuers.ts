import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type ApiKey, HOST_ISSUER, type TrustedIssuer } from '../domain/accounts/vouching.ts';
import { messageOf } from '../domain/errors.ts';

/** Shortest secret of an API key, in bytes (RFC 7518 §3.2). */
const SECRET_MIN_BYTES = 32;
/** The ids of this server itself, and of people whom only the embedding program vouches for. */
const RESERVED_IDS: readonly string[] = ['peerql', HOST_ISSUER];

/** Only algorithms with public keys: with `HS256`, everybody who has the public key could sign with it. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
] as const;

const NOT_A_URL = 'must be a URL such as https://login.example.com, without ? and #';

const url = z.string().refine((text) => isPlainUrl(text), NOT_A_URL);
const claim = z.string().min(1, 'must name a claim');

const issuers = z
  .array(
    z.strictObject({
      issuer: url,
      audience: z
        .union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
          error: 'must be a string or a list of strings: the "aud" of tokens for this server',
        })
        .transform((audience) => [audience].flat()),
      jwksUrl: url.nullable().default(null),
      algorithms: z
        .array(
          z.enum(ALGORITHMS, {
            error: `must be one of ${ALGORITHMS.join(', ')}: never none, never a shared secret`,
          }),
        )
        .min(1)
        .default(['RS256', 'ES256', 'EdDSA']),
      claims: z
        .strictObject({
          name: claim.default('name'),
          email: claim.default('email'),
          picture: claim.default('picture'),
        })
        .prefault({}),
    }),
  )
  .refine((all) => new Set(all.map(({ issuer }) => issuer)).size === all.length, {
    error: 'must name each issuer once',
  });

/**
 * Reads `TRUSTED_ISSUERS`: a list in JSON, or the path of a file with one.
 *
 * @throws Error whose message names everything that is wrong
 */
export function readTrustedIssuers(text: string): readonly TrustedIssuer[] {
  const isInline = /^\s*[[{]/.test(text);
  let given: unknown;
  try {
    given = JSON.parse(isInline ? text : readFileSync(text, 'utf8'));
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(
      `must be a list in JSON, or the path of a file with one (${isInline ? '' : `${text}: `}${reason})`,
    );
  }
  const read = issuers.safeParse(given);
  if (read.success) return read.data;
  const mistakes = read.error.issues.map(({ path, message }) => `${placeOf(path)}${message}`);
  throw new Error(`is wrong: ${mistakes.join('; ')}`);
}

/** The URLs of issuers that are not secure: not `https:`, and not, outside of production, on this machine. */
export function insecureUrls(trusted: readonly TrustedIssuer[], production: boolean): string[] {
  const urls = trusted.flatMap(({ issuer, jwksUrl }) => [issuer, ...(jwksUrl ? [jwksUrl] : [])]);
  return urls.filter((one) => !isSecureUrl(one, production));
}

/** Whether keys may be fetched from a URL. */
function isSecureUrl(text: string, production: boolean): boolean {
  const { protocol, hostname } = new URL(text);
  if (protocol === 'https:') return true;
  return !production && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/**
 * Reads `API_KEYS`: `id:secret,…`. One id may have several secrets, so that a secret can be replaced without a break.
 *
 * @throws Error whose message says what is wrong, without any secret
 */
export function readApiKeys(text: string): readonly ApiKey[] {
  const keys = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((item) => {
      const [, id = '', secret = ''] = /^([\w.-]{1,64}):(.*)$/.exec(item) ?? [];
      return { id, secret };
    });
  if (keys.some(({ id }) => id === '')) {
    throw new Error('must be id:secret, separated by commas; an id has letters, digits and . _ -');
  }
  const reserved = keys.find(({ id }) => RESERVED_IDS.includes(id));
  if (reserved !== undefined) throw new Error(`must not have the id ${reserved.id}`);
  const short = keys.find(({ secret }) => Buffer.byteLength(secret) < SECRET_MIN_BYTES);
  if (short === undefined) return keys;
  throw new Error(
    `must have secrets of ${SECRET_MIN_BYTES} bytes or more: that of ${short.id} is shorter (make one with: openssl rand -base64 32)`,
  );
}

function isPlainUrl(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text) || /[?#]/.test(text)) return false;
  const { username, password } = new URL(text);
  return username + password === '';
}

function placeOf(path: readonly PropertyKey[]): string {
  const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  return place.length === 0 ? '' : `${place.join('').replace(/^\./, '')} `;
}
