import proxyaddr from 'proxy-addr';
import { z } from 'zod';
import { readWebhookSecret } from '../domain/webhooks/secret.ts';
import { readFrontendOrigin } from './frontend-origin.ts';
import { type LimitName, limitTable } from './limits.ts';

/** Shortest secret that may sign tokens in production, in bytes. */
const SECRET_MIN_BYTES = 32;

/** Ports that `fetch` calls nobody at (Fetch standard, "bad port"), whoever listens there. */
const BAD_PORTS = new Set([
  ...[
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
  ],
  ...[
    103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465,
  ],
  ...[
    512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993,
  ],
  ...[
    995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668,
  ],
  ...[6669, 6679, 6697, 10_080],
]);

/** By name; what is a time is in milliseconds. */
export type Limits = Readonly<Record<LimitName, number>>;

/** Everything that an operator decides. */
export interface Config {
  readonly production: boolean;
  readonly host: string | null;
  /** 0 takes a free one. */
  readonly port: number;
  readonly dataDir: string;
  readonly mongoUri: string | null;
  /** Redis, or several nodes of a Redis Cluster; empty: this server is alone. */
  readonly redisUrls: readonly string[];
  /** The first signs, all are accepted. Empty: one is made and kept in the data folder. */
  readonly jwtSecrets: readonly string[];
  /** Origins of front ends on other hosts or ports, beside the server's own; `https://*.example.com` is any subdomain. */
  readonly frontendOrigins: readonly string[];
  readonly logLevel: LogLevel;
  readonly introspection: boolean;
  readonly stunUrls: readonly string[];
  readonly turn: {
    readonly urls: readonly string[];
    readonly secret: string;
    readonly ttlMs: number;
  } | null;
  /** Where mailed links lead; null: to this server's own URL. */
  readonly publicUrl: string | null;
  /** The mail server; null: mail is written to the log, or in production not sent at all. */
  readonly smtpUrl: string | null;
  /** Who mail says it is from. */
  readonly mailFrom: string;
  /** Proxies in front of this server that are believed: how many, or their addresses. */
  readonly trustedProxies: number | readonly string[];
  /** Who is told of what happens in rooms; null: nobody. */
  readonly webhooks: { readonly urls: readonly string[]; readonly key: Buffer } | null;
  /** What whoever runs the server shows for `admin`; null: nobody can. */
  readonly adminToken: string | null;
  /** A JSON file of the only operations that run; null: any may. */
  readonly persistedOperations: string | null;
  /** Who may read `/metrics`; null: nothing is measured. */
  readonly metrics: { readonly token: string | null } | null;
  /** Where traces go; null: none are made. */
  readonly tracing: {
    readonly endpoint: string;
    readonly service: string;
    readonly ratio: number;
  } | null;
  /** What stands before every path, such as `/api`; empty: nothing does. */
  readonly pathPrefix: string;
  /** The name of the session's cookie; null: the usual one. */
  readonly sessionCookie: string | null;
  readonly limits: Limits;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the environment says is wrong: every mistake, one a line. */
export class ConfigError extends Error {
  constructor(readonly mistakes: readonly string[]) {
    super(`The configuration is wrong: ${mistakes.join('; ')}.`);
  }
}

function split(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

const list = z.string().transform(split);

function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}

const origin = z.string().transform((text, context) => {
  try {
    return readFrontendOrigin(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    context.addIssue(
      `must be one or more origins such as https://app.example.com (got "${text}": ${why})`,
    );
    return z.NEVER;
  }
});

function urls(schemes: RegExp, example: string) {
  return list.refine(
    (items) => items.every((item) => schemes.test(item)),
    `must be URLs such as ${example}, separated by commas`,
  );
}

const limits = Object.fromEntries(
  limitTable.map(({ variable, fallback, min, max }) => [
    variable,
    wholeNumber(min, max).default(fallback),
  ]),
);

const NOT_PROXIES =
  'must be the number of proxies in front, or their addresses and subnets, separated by commas';

const environment = z.object({
  NODE_ENV: z.string().default('development'),
  HOST: z.string().optional(),
  PORT: wholeNumber(0, 65_535).default(5000),
  DATA_DIR: z.string().default('./data'),
  MONGO_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must start with mongodb:// or mongodb+srv://')
    .optional(),
  REDIS_URL: urls(/^rediss?:\/\/[^/\s]+/, 'redis://redis.example.com:6379').default([]),
  JWT_SECRET: list.default([]),
  FRONTEND_URL: list.pipe(z.array(origin)).default([]),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  INTROSPECTION: z.enum(['on', 'off'], 'must be on or off').optional(),
  STUN_URLS: urls(/^stuns?:\S+$/, 'stun:stun.example.com:3478').default([
    'stun:stun.l.google.com:19302',
  ]),
  TURN_URLS: urls(/^turns?:\S+$/, 'turn:turn.example.com:3478').default([]),
  TURN_SECRET: z.string().optional(),
  TURN_TTL_SECONDS: wholeNumber(10, 86_400).default(600),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be a URL such as https://app.example.com' })
    .optional(),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must be a URL such as smtps://user:password@host:465' })
    .optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]*@[^\r\n]+$/, 'must be a sender such as PeerQL <no-reply@example.com>')
    .optional(),
  TRUST_PROXY: z
    .union([wholeNumber(0, 100), list.refine(isTrustable, NOT_PROXIES)], NOT_PROXIES)
    .default(0),
  PATH_PREFIX: z
    .string()
    .transform((path) => path.replace(/\/$/, ''))
    .refine(
      (path) => /^(\/[\w.~-]+)*$/.test(path) && !/^\/(graphql|health|metrics|assets)$/.test(path),
      'must be a path such as /api, of letters, digits and . _ ~ -, and none that the server has itself',
    )
    .default(''),
  SESSION_COOKIE: z
    .string()
    .regex(/^[\w!#$%&'*+.^`|~-]+$/, "must be a cookie's name such as __Host-session")
    .optional(),
  PERSISTED_OPERATIONS: z.string().optional(),
  WEBHOOK_URLS: list
    .refine(
      (items) => items.every(isCallable),
      'must be URLs such as https://app.example.com/webhooks, separated by commas',
    )
    .default([]),
  WEBHOOK_SECRET: z
    .string()
    .transform(readWebhookSecret)
    .refine(
      (key) => key !== null,
      'must be whsec_ and 24 to 64 bytes in base64 (make one with: echo whsec_$(openssl rand -base64 32))',
    )
    .optional(),
  ADMIN_TOKEN: z
    .string()
    .regex(
      /^[\x21-\x7e]{32,}$/,
      'must have 32 characters or more, and no spaces (make one with: openssl rand -base64 32)',
    )
    .optional(),
  METRICS: z.enum(['on', 'off'], 'must be on or off').default('on'),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, 'must have 16 characters or more, and no spaces')
    .optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'must be a URL such as http://localhost:4318' })
    .optional(),
  OTEL_SERVICE_NAME: z.string().default('peerql'),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(0(\.\d+)?|1(\.0+)?)$/, 'must be a share from 0 to 1, such as 0.1')
    .transform(Number)
    .default(1),
});

type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong only with several variables seen together. Told beside whatever else is wrong. */
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
  const cookie = env.SESSION_COOKIE ?? '';
  if (env.NODE_ENV !== 'production' && /^__(host|secure)-/i.test(cookie)) {
    found.push(
      'SESSION_COOKIE can begin with __Host- or __Secure- in production alone: browsers take such a cookie by https:// only',
    );
  }
  return found;
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
    redisUrls: data.REDIS_URL,
    jwtSecrets: data.JWT_SECRET,
    frontendOrigins: data.FRONTEND_URL,
    logLevel: data.LOG_LEVEL,
    introspection: (data.INTROSPECTION ?? (production ? 'off' : 'on')) === 'on',
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

function hostOf(url: string | undefined): string {
  return url === undefined ? 'localhost' : new URL(url).hostname;
}

function isTrustable(proxies: readonly string[]): boolean {
  try {
    proxyaddr.compile([...proxies]);
    return true;
  } catch {
    return false;
  }
}

/** Whether a receiver of webhooks can be called there: by `fetch`, which takes no password and not every port. */
function isCallable(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password, hash, port } = new URL(url);
  return (
    /^https?:$/.test(protocol) &&
    username + password + hash === '' &&
    !BAD_PORTS.has(Number(port || 80))
  );
}
