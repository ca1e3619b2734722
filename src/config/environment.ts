import proxyaddr from 'proxy-addr';
import { z } from 'zod';
import { messageOf } from '../domain/errors.ts';
import { readWebhookSecret } from '../domain/webhooks/secret.ts';
import { readEmbedOrigin, readFrontendOrigin } from './frontend-origin.ts';
import { limitTable } from './limits.ts';
import { NO_REDIS, type RedisAddress, readRedisAddress } from './redis-address.ts';
import { readApiKeys, readTrustedIssuers } from './trusted-issuers.ts';

/** Ports that `fetch` refuses to call (Fetch standard, "bad port"). */
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

/** `test` is what test runners set; it means the same as `development`. */
const NODE_ENVS = ['development', 'production', 'test'] as const;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Splits a list whose items are separated by commas. */
export function split(text: string): string[] {
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

/** Origins, separated by commas, each read by a function whose errors say what is wrong. */
function originsBy(read: (text: string) => string) {
  const origin = z.string().transform((text, context) => {
    try {
      return read(text);
    } catch (error) {
      const why = messageOf(error);
      context.addIssue(
        `must be one or more origins such as https://app.example.com (got "${text}": ${why})`,
      );
      return z.NEVER;
    }
  });
  return list.pipe(z.array(origin)).default([]);
}

/** A text that is read by a function whose errors say what is wrong. */
function readBy<T>(read: (text: string) => T) {
  return z.string().transform((text, context) => {
    try {
      return read(text);
    } catch (error) {
      context.addIssue(messageOf(error));
      return z.NEVER;
    }
  });
}

function redisAddress(text: string, context: z.RefinementCtx): RedisAddress {
  const address = readRedisAddress(text);
  if (address !== null) return address;
  const message =
    'must be URLs such as redis://redis.example.com:6379, separated by commas, or one such as redis+sentinel://sentinel-1:26379,sentinel-2:26379/mymaster';
  context.addIssue(message);
  return z.NEVER;
}

function urls(schemes: RegExp, example: string) {
  return list.refine(
    (items) => items.every((item) => schemes.test(item)),
    `must be URLs such as ${example}, separated by commas`,
  );
}

/** The prefix of all paths of the server, without a slash at its end. */
export const pathPrefix = z
  .string()
  .transform((path) => path.replace(/\/$/, ''))
  .refine(
    (path) => /^(\/[\w.~-]+)*$/.test(path) && !/^\/(graphql|health|metrics|assets)$/.test(path),
    'must be a path such as /api, of letters, digits and . _ ~ -, and must not be one of the server’s own paths',
  );

/** The variables of the limits. */
export const limits = Object.fromEntries(
  limitTable.map(({ variable, fallback, min, max }) => [
    variable,
    wholeNumber(min, max).default(fallback),
  ]),
);

const NOT_PROXIES =
  'must be the number of proxies in front, or their addresses and subnets, separated by commas';

/** The variables, each by itself. */
export const environment = z.object({
  NODE_ENV: z.enum(NODE_ENVS, `must be one of ${NODE_ENVS.join(', ')}`).default('development'),
  HOST: z.string().optional(),
  PORT: wholeNumber(0, 65_535).default(5000),
  DATA_DIR: z.string().default('./data'),
  MONGO_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must start with mongodb:// or mongodb+srv://')
    .optional(),
  REDIS_URL: z.string().transform(redisAddress).default(NO_REDIS),
  JWT_SECRET: list.default([]),
  FRONTEND_URL: originsBy(readFrontendOrigin),
  EMBED_ORIGINS: originsBy(readEmbedOrigin),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  INTROSPECTION: z.enum(['on', 'off'], 'must be on or off').optional(),
  PAGES: z.enum(['on', 'off'], 'must be on or off').default('on'),
  GRAPHIQL: z.enum(['on', 'off'], 'must be on or off').default('on'),
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
  PATH_PREFIX: pathPrefix.default(''),
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
  TRUSTED_ISSUERS: readBy(readTrustedIssuers).default([]),
  API_KEYS: readBy(readApiKeys).default([]),
  PUSH_SUBJECT: z
    .string()
    .regex(
      /^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/,
      'must be a mailto: or https:// URL, such as mailto:admin@example.com',
    )
    .optional(),
  VAPID_PUBLIC_KEY: z
    .string()
    .regex(/^[\w-]{87}$/, 'must be a P-256 public key: 65 bytes in base64url')
    .optional(),
  VAPID_PRIVATE_KEY: z
    .string()
    .regex(/^[\w-]{43}$/, 'must be a P-256 private key: 32 bytes in base64url')
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

function isTrustable(proxies: readonly string[]): boolean {
  try {
    proxyaddr.compile([...proxies]);
    return true;
  } catch {
    return false;
  }
}

/** Whether `fetch` can call a receiver of webhooks at this URL: it accepts no password and not every port. */
function isCallable(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password, hash, port } = new URL(url);
  return (
    /^https?:$/.test(protocol) &&
    username + password + hash === '' &&
    !BAD_PORTS.has(Number(port || 80))
  );
}
