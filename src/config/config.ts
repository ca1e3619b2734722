import { z } from 'zod';
import type { ApiKey, TrustedIssuer } from '../domain/accounts/vouching.ts';
import { environment, type LogLevel, limits, split } from './environment.ts';
import { isSecureOrigin, readEmbedOrigin } from './frontend-origin.ts';
import { type LimitName, limitTable } from './limits.ts';
import type { RedisAddress } from './redis-address.ts';
import { insecureUrls, readTrustedIssuers } from './trusted-issuers.ts';
import { isKeyPair } from './vapid-keys.ts';

/** Shortest secret that may sign tokens in production, in bytes. */
const SECRET_MIN_BYTES = 32;

/** Who can be asked about the push messages of a server under development. */
const DEVELOPMENT_SUBJECT = 'mailto:nobody@example.com';

/** The limits by name; times are in milliseconds. */
export type Limits = Readonly<Record<LimitName, number>>;

/** Everything that an operator configures. */
export interface Config {
  readonly production: boolean;
  readonly host: string | null;
  /** 0: any free port. */
  readonly port: number;
  readonly dataDir: string;
  readonly mongoUri: string | null;
  /** The Redis of a cluster; without URLs this server runs alone. */
  readonly redis: RedisAddress;
  /** The first signs tokens, all are accepted. Empty: a secret is made and kept in the data folder. */
  readonly jwtSecrets: readonly string[];
  /**
   * Origins of front ends on other hosts or ports than the server's own; `https://*.example.com` means any subdomain.
   */
  readonly frontendOrigins: readonly string[];
  /** Origins of pages that may frame the page for embedding; empty: none. */
  readonly embedOrigins: readonly string[];
  readonly logLevel: LogLevel;
  readonly introspection: boolean;
  /** Whether the call page is served. */
  readonly pages: boolean;
  /** Whether GraphiQL is served. */
  readonly graphiql: boolean;
  readonly stunUrls: readonly string[];
  readonly turn: {
    readonly urls: readonly string[];
    readonly secret: string;
    readonly ttlMs: number;
  } | null;
  /** The URL to which mailed links lead; null: this server's own URL. */
  readonly publicUrl: string | null;
  /** The mail server; null: mail is written to the log, or in production not sent at all. */
  readonly smtpUrl: string | null;
  /** The sender of mails. */
  readonly mailFrom: string;
  /** The trusted proxies in front of this server: their number, or their addresses. */
  readonly trustedProxies: number | readonly string[];
  /** The receivers that are told what happens in rooms; null: none. */
  readonly webhooks: { readonly urls: readonly string[]; readonly key: Buffer } | null;
  /** The token for `admin`; null: nobody can use it. */
  readonly adminToken: string | null;
  /** Issuers that vouch for people by tokens, which they sign with their own keys. */
  readonly trustedIssuers: readonly TrustedIssuer[];
  /** Secrets with which programs vouch for people. */
  readonly apiKeys: readonly ApiKey[];
  /** Who can be asked about push messages, and the key pair that signs them. Null: no push messages are sent. */
  readonly push: {
    /** A `mailto:` or `https:` URL. */
    readonly subject: string;
    /** Null: a pair is made and kept in the store. */
    readonly keys: { readonly publicKey: string; readonly privateKey: string } | null;
  } | null;
  /** A JSON file of the only operations that may run; null: all may. */
  readonly persistedOperations: string | null;
  /** The token for `/metrics`; null: metrics are off. */
  readonly metrics: { readonly token: string | null } | null;
  /** Where traces are sent; null: none are made. */
  readonly tracing: {
    readonly endpoint: string;
    readonly service: string;
    readonly ratio: number;
  } | null;
  /** The prefix of every path, such as `/api`; may be empty. */
  readonly pathPrefix: string;
  /** The name of the session cookie; null: the default name. */
  readonly sessionCookie: string | null;
  readonly limits: Limits;
}

/** The environment is not valid. `mistakes` has every mistake. */
export class ConfigError extends Error {
  constructor(readonly mistakes: readonly string[]) {
    super(`The configuration is wrong: ${mistakes.join('; ')}.`);
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Finds mistakes that concern several variables together. They are reported together with all others. */
function findConflicts(env: Environment): string[] {
  const found: string[] = [];
  const secrets = split(env.JWT_SECRET ?? '');
  const short = secrets.some((secret) => Buffer.byteLength(secret) < SECRET_MIN_BYTES);
  if (env.NODE_ENV === 'production' && (secrets.length === 0 || short)) {
    found.push(
      `JWT_SECRET must have ${SECRET_MIN_BYTES} bytes or more in production (make one with: openssl rand -base64 32)`,
    );
  }
  if (env.REDIS_URL !== undefined && env.MONGO_URI === undefined) {
    found.push('MONGO_URI is needed with REDIS_URL: the servers of a cluster share their accounts');
  }
  if (env.REDIS_URL !== undefined && secrets.length === 0) {
    found.push('JWT_SECRET is needed with REDIS_URL: the servers of a cluster share their tokens');
  }
  if (env.WEBHOOK_URLS !== undefined && env.WEBHOOK_SECRET === undefined) {
    found.push('WEBHOOK_SECRET is needed with WEBHOOK_URLS: receivers check its signature');
  }
  if (env.TURN_URLS !== undefined && env.TURN_SECRET === undefined) {
    found.push('TURN_SECRET is needed with TURN_URLS: the static-auth-secret of the TURN server');
  }
  const { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey } = env;
  if ((publicKey === undefined) !== (privateKey === undefined)) {
    found.push('VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY are needed together: they are a pair');
  } else if (publicKey !== undefined && !isKeyPair(publicKey, privateKey)) {
    found.push('VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY are not a pair');
  }
  const cookie = env.SESSION_COOKIE ?? '';
  if (env.NODE_ENV !== 'production' && /^__(host|secure)-/i.test(cookie)) {
    found.push(
      'SESSION_COOKIE can begin with __Host- or __Secure- only in production: browsers accept such a cookie only over https://',
    );
  }
  if (env.EMBED_ORIGINS !== undefined && env.PAGES === 'off') {
    found.push(
      'EMBED_ORIGINS needs PAGES=on: it names who may frame the page that PAGES=off leaves out',
    );
  }
  for (const origin of insecureEmbedders(env)) {
    found.push(
      `EMBED_ORIGINS must have https:// origins in production, or http://localhost (got ${origin}): browsers give no camera to a frame of any other page`,
    );
  }
  for (const url of insecureIssuers(env)) {
    found.push(
      `TRUSTED_ISSUERS must have https:// URLs, or in development http:// on this machine (got ${url})`,
    );
  }
  return found;
}

function insecureEmbedders({ EMBED_ORIGINS: text, NODE_ENV: mode }: Environment): string[] {
  if (mode !== 'production') return [];
  return split(text ?? '').filter((item) => {
    try {
      return !isSecureOrigin(readEmbedOrigin(item));
    } catch {
      // Another check reports an item that cannot be read.
      return false;
    }
  });
}

function insecureIssuers({ TRUSTED_ISSUERS: text, NODE_ENV: mode }: Environment): string[] {
  try {
    return text === undefined ? [] : insecureUrls(readTrustedIssuers(text), mode === 'production');
  } catch {
    // Another check reports a text that cannot be read.
    return [];
  }
}

/**
 * Reads the configuration from environment variables. An empty variable counts as not set.
 *
 * @throws ConfigError with every mistake at once
 */
export function readConfig(env: Environment): Config {
  const given: Environment = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== ''),
  );
  const values = environment.safeParse(given);
  const bounds = z.object(limits).safeParse(given);
  const conflicts = findConflicts(given);
  if (!values.success || !bounds.success || conflicts.length > 0) {
    const issues = [...(values.error?.issues ?? []), ...(bounds.error?.issues ?? [])];
    const mistakes = issues.map(({ path, message }) => `${String(path[0])} ${message}`);
    throw new ConfigError([...mistakes, ...conflicts]);
  }
  const { data } = values;
  const production = data.NODE_ENV === 'production';
  return {
    production,
    host: data.HOST ?? null,
    port: data.PORT,
    dataDir: data.DATA_DIR,
    mongoUri: data.MONGO_URI ?? null,
    redis: data.REDIS_URL,
    jwtSecrets: data.JWT_SECRET,
    frontendOrigins: data.FRONTEND_URL,
    embedOrigins: data.EMBED_ORIGINS,
    logLevel: data.LOG_LEVEL,
    introspection: (data.INTROSPECTION ?? (production ? 'off' : 'on')) === 'on',
    pages: data.PAGES === 'on',
    graphiql: data.GRAPHIQL === 'on',
    stunUrls: data.STUN_URLS,
    turn:
      data.TURN_URLS.length > 0 && data.TURN_SECRET !== undefined
        ? { urls: data.TURN_URLS, secret: data.TURN_SECRET, ttlMs: data.TURN_TTL_SECONDS * 1000 }
        : null,
    publicUrl: data.PUBLIC_URL ?? null,
    smtpUrl: data.SMTP_URL ?? null,
    mailFrom: data.MAIL_FROM ?? `PeerQL <no-reply@${hostOf(data.PUBLIC_URL)}>`,
    trustedProxies: data.TRUST_PROXY,
    webhooks:
      data.WEBHOOK_URLS.length > 0 && data.WEBHOOK_SECRET
        ? { urls: data.WEBHOOK_URLS, key: data.WEBHOOK_SECRET }
        : null,
    adminToken: data.ADMIN_TOKEN ?? null,
    push: pushOf(data, production),
    trustedIssuers: data.TRUSTED_ISSUERS,
    apiKeys: data.API_KEYS,
    persistedOperations: data.PERSISTED_OPERATIONS ?? null,
    metrics: data.METRICS === 'on' ? { token: data.METRICS_TOKEN ?? null } : null,
    tracing:
      data.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
        ? null
        : {
            endpoint: data.OTEL_EXPORTER_OTLP_ENDPOINT,
            service: data.OTEL_SERVICE_NAME,
            ratio: data.OTEL_TRACES_SAMPLER_ARG,
          },
    pathPrefix: data.PATH_PREFIX,
    sessionCookie: data.SESSION_COOKIE ?? null,
    limits: Object.fromEntries(
      limitTable.map(({ name, variable, scale }) => [name, (bounds.data[variable] ?? 0) * scale]),
    ) as Limits,
  };
}

function pushOf(
  data: {
    readonly PUSH_SUBJECT?: string | undefined;
    readonly PUBLIC_URL?: string | undefined;
    readonly VAPID_PUBLIC_KEY?: string | undefined;
    readonly VAPID_PRIVATE_KEY?: string | undefined;
  },
  production: boolean,
): Config['push'] {
  const { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey, PUBLIC_URL: url } = data;
  const own = url?.startsWith('https:') ? url : production ? null : DEVELOPMENT_SUBJECT;
  const subject = data.PUSH_SUBJECT ?? own;
  if (subject === null) return null;
  const given = publicKey !== undefined && privateKey !== undefined;
  return { subject, keys: given ? { publicKey, privateKey } : null };
}

function hostOf(url: string | undefined): string {
  return url === undefined ? 'localhost' : new URL(url).hostname;
}
