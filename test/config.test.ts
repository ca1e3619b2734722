import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../src/config/config.ts';
import { limitTable } from '../src/config/limits.ts';
import { makeVapidKeys } from '../src/push/web-push-sender.ts';

const PRODUCTION = { NODE_ENV: 'production', JWT_SECRET: 'x'.repeat(32) };

function mistakes(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

test('nothing needs to be set', () => {
  expect(readConfig({})).toMatchObject({
    production: false,
    port: 5000,
    host: null,
    dataDir: './data',
    mongoUri: null,
    jwtSecrets: [],
    frontendOrigins: [],
    embedOrigins: [],
    logLevel: 'info',
    introspection: true,
    turn: null,
  });
});

test('an empty variable counts as not set', () => {
  expect(readConfig({ PORT: '', MONGO_URI: '', LOG_LEVEL: '', MAX_SDP_BYTES: '' })).toEqual(
    readConfig({}),
  );
});

test.each<[string, string, string]>([
  ['PORT', 'http', 'must be a whole number from 0 to 65535'],
  ['PORT', '65536', 'must be a whole number from 0 to 65535'],
  ['PORT', '-1', 'must be a whole number from 0 to 65535'],
  ['PORT', '5e3', 'must be a whole number from 0 to 65535'],
  ['MONGO_URI', 'localhost:27017', 'must start with mongodb:// or mongodb+srv://'],
  ['REDIS_URL', 'localhost:6379', 'must be URLs such as redis:'],
  ['FRONTEND_URL', 'app.example.com', 'must be one or more origins'],
  ['FRONTEND_URL', 'https://app.example.com/path', 'must be one or more origins'],
  ['FRONTEND_URL', '*', 'must be one or more origins'],
  ['FRONTEND_URL', 'https://a.example, nothing', 'must be one or more origins'],
  ['NODE_ENV', 'prod', 'must be one of development, production, test'],
  ['NODE_ENV', 'Production', 'must be one of development, production, test'],
  ['LOG_LEVEL', 'loud', 'must be one of fatal, error'],
  ['INTROSPECTION', 'yes', 'must be on or off'],
  ['STUN_URLS', 'stun.example.com', 'must be URLs such as stun:'],
  ['TURN_URLS', 'stun:turn.example.com', 'must be URLs such as turn:'],
  ['PUBLIC_URL', 'app.example.com', 'must be a URL such as https:'],
  ['SMTP_URL', 'https://mail.example.com', 'must be a URL such as smtps:'],
  ['MAIL_FROM', 'PeerQL', 'must be a sender such as'],
  ['TRUST_PROXY', 'everybody', 'must be the number of proxies'],
  ['TURN_TTL_SECONDS', '9', 'must be a whole number from 10 to 86400'],
  ['ADMIN_TOKEN', 'x'.repeat(31), 'must have 32 characters or more'],
  ['ADMIN_TOKEN', `${'x'.repeat(20)} ${'x'.repeat(20)}`, 'must have 32 characters or more'],
  ['METRICS', 'yes', 'must be on or off'],
  ['METRICS_TOKEN', 'short', 'must have 16 characters or more'],
  ['METRICS_TOKEN', 'with spaces in the token', 'must have 16 characters or more'],
  ['WEBHOOK_URLS', 'app.example.com/hooks', 'must be URLs such as https:'],
  ['WEBHOOK_URLS', 'https://a.example, ftp://b.example', 'must be URLs such as https:'],
  ['WEBHOOK_URLS', 'https://user:password@a.example/hooks', 'must be URLs such as https:'],
  ['WEBHOOK_URLS', 'https://a.example:99999/', 'must be URLs such as https:'],
  ['WEBHOOK_URLS', 'https://[::1/hooks', 'must be URLs such as https:'],
  ['WEBHOOK_URLS', 'https://a b.example/', 'must be URLs such as https:'],
  ['WEBHOOK_URLS', 'https://', 'must be URLs such as https:'],
  ['WEBHOOK_URLS', 'http://a.example:6000/', 'must be URLs such as https:'],
  ['WEBHOOK_URLS', 'https://a.example/#part', 'must be URLs such as https:'],
  ['PATH_PREFIX', 'api', 'must be a path such as /api'],
  ['PATH_PREFIX', '/api//v1', 'must be a path such as /api'],
  ['PATH_PREFIX', '/api?a', 'must be a path such as /api'],
  ['PATH_PREFIX', '/graphql', 'must be a path such as /api'],
  ['SESSION_COOKIE', 'my session', "must be a cookie's name"],
  ['SESSION_COOKIE', 'a=b', "must be a cookie's name"],
  ['SESSION_COOKIE', '__Host-session', 'only in production'],
  ['SESSION_COOKIE', '__secure-session', 'only in production'],
  ['WEBHOOK_SECRET', 'x'.repeat(32), 'must be whsec_ and 24 to 64 bytes'],
  ['WEBHOOK_SECRET', `whsec_${'QUFB'.repeat(7)}`, 'must be whsec_ and 24 to 64 bytes'],
  ['WEBHOOK_SECRET', `whsec_${'QUFB'.repeat(22)}`, 'must be whsec_ and 24 to 64 bytes'],
  ['WEBHOOK_SECRET', `whsec_${'QUFB'.repeat(8)}!`, 'must be whsec_ and 24 to 64 bytes'],
  ['PUSH_SUBJECT', 'admin@example.com', 'must be a mailto: or https:// URL'],
  ['PUSH_SUBJECT', 'http://example.com', 'must be a mailto: or https:// URL'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318', 'must be a URL such as'],
  ['OTEL_TRACES_SAMPLER_ARG', '1.5', 'must be a share from 0 to 1'],
])('%s=%s is a mistake', (variable, value, message) => {
  const needed = {
    TURN_SECRET: 'secret',
    MONGO_URI: 'mongodb://db',
    JWT_SECRET: 'x'.repeat(32),
    WEBHOOK_SECRET: `whsec_${'QUFB'.repeat(8)}`,
  };
  const [found = '', ...more] = mistakes({ ...needed, [variable]: value });
  expect(found).toMatch(new RegExp(`^${variable} `));
  expect(found).toContain(message);
  expect(more).toEqual([]);
});

test('several origins, with or without a slash, in any order', () => {
  const { frontendOrigins } = readConfig({
    FRONTEND_URL: 'https://app.example.com/, http://localhost:3000',
  });
  expect(frontendOrigins).toEqual(['https://app.example.com', 'http://localhost:3000']);
});

test('NODE_ENV: test means development, and so does an empty one', () => {
  for (const NODE_ENV of ['test', 'development', '']) {
    expect(readConfig({ NODE_ENV }).production).toBe(false);
  }
});

describe('JWT_SECRET', () => {
  test('is needed in production, with 32 bytes or more', () => {
    for (const JWT_SECRET of [undefined, 'x'.repeat(31), `${'x'.repeat(32)},short`]) {
      const env = { NODE_ENV: 'production', ...(JWT_SECRET !== undefined && { JWT_SECRET }) };
      expect(mistakes(env)).toEqual([expect.stringMatching(/^JWT_SECRET must have 32 bytes/)]);
    }
    expect(mistakes(PRODUCTION)).toEqual([]);
    // Bytes, not characters.
    expect(mistakes({ NODE_ENV: 'production', JWT_SECRET: 'é'.repeat(16) })).toEqual([]);
  });

  test('may be short or missing elsewhere', () => {
    expect(mistakes({ JWT_SECRET: 'short' })).toEqual([]);
  });
});

test('TURN_URLS need TURN_SECRET', () => {
  expect(mistakes({ TURN_URLS: 'turn:turn.example.com' })).toEqual([
    expect.stringMatching(/^TURN_SECRET is needed/),
  ]);
  const { turn } = readConfig({ TURN_URLS: 'turn:turn.example.com', TURN_SECRET: 'secret' });
  expect(turn).toEqual({ urls: ['turn:turn.example.com'], secret: 'secret', ttlMs: 600_000 });
});

test('WEBHOOK_URLS need WEBHOOK_SECRET, of 24 to 64 bytes', () => {
  const WEBHOOK_URLS = 'https://a.example/hooks, http://localhost:8080';
  expect(mistakes({ WEBHOOK_URLS })).toEqual([
    expect.stringMatching(/^WEBHOOK_SECRET is needed with WEBHOOK_URLS/),
  ]);
  for (const bytes of [24, 64]) {
    const key = Buffer.alloc(bytes, 'k');
    const WEBHOOK_SECRET = `whsec_${key.toString('base64')}`;
    const { webhooks } = readConfig({ WEBHOOK_URLS, WEBHOOK_SECRET });
    expect(webhooks).toEqual({
      urls: ['https://a.example/hooks', 'http://localhost:8080'],
      key,
    });
    expect(readConfig({ WEBHOOK_SECRET }).webhooks).toBeNull();
  }
});

test('ADMIN_TOKEN is off unless set', () => {
  expect(readConfig({}).adminToken).toBeNull();
  expect(readConfig({ ADMIN_TOKEN: 'x'.repeat(32) }).adminToken).toBe('x'.repeat(32));
});

test('every mistake is reported together', () => {
  const found = mistakes({
    NODE_ENV: 'production',
    PORT: 'x',
    LOG_LEVEL: 'x',
    TURN_URLS: 'turn:turn.example.com',
    MAX_SDP_BYTES: 'x',
    GRACE_SECONDS: '0',
  });
  const variables = found.map((mistake) => mistake.split(' ', 1)[0]);
  expect(variables.sort()).toEqual(
    ['PORT', 'LOG_LEVEL', 'MAX_SDP_BYTES', 'GRACE_SECONDS', 'JWT_SECRET', 'TURN_SECRET'].sort(),
  );
});

describe.each(limitTable)('$variable', ({ name, variable, fallback, min, max, scale }) => {
  const limitWith = (value: number) => readConfig({ [variable]: String(value) }).limits[name];

  test('has its default, and takes its smallest and its largest', () => {
    expect(readConfig({}).limits[name]).toBe(fallback * scale);
    expect([limitWith(min), limitWith(max)]).toEqual([min * scale, max * scale]);
  });

  test('refuses what is past them', () => {
    for (const value of [min - 1, max + 1, min + 0.5, 'x']) {
      expect(mistakes({ [variable]: String(value) })).toEqual([
        `${variable} must be a whole number from ${min} to ${max}`,
      ]);
    }
  });
});

test('variables and names are used once', () => {
  for (const key of ['variable', 'name'] as const) {
    expect(new Set(limitTable.map((limit) => limit[key])).size).toBe(limitTable.length);
  }
});

test('the servers of a cluster share accounts and tokens', () => {
  const redis = { REDIS_URL: 'redis://localhost:6379' };
  expect(mistakes(redis)).toEqual([
    expect.stringMatching(/^MONGO_URI is needed with REDIS_URL/),
    expect.stringMatching(/^JWT_SECRET is needed with REDIS_URL/),
  ]);
  const shared = { MONGO_URI: 'mongodb://localhost/peerql', JWT_SECRET: 'x'.repeat(32) };
  expect(readConfig({ ...redis, ...shared }).redis.urls).toEqual(['redis://localhost:6379']);
});

describe('REDIS_URL', () => {
  const shared = { MONGO_URI: 'mongodb://localhost/peerql', JWT_SECRET: 'x'.repeat(32) };
  const read = (url: string) => readConfig({ ...shared, REDIS_URL: url }).redis;

  test('several URLs are one Redis Cluster', () => {
    expect(read('redis://a:1, redis://b:2')).toEqual({
      urls: ['redis://a:1', 'redis://b:2'],
      sentinels: null,
    });
  });

  test('sentinels have one URL, with what they call the master', () => {
    expect(read('redis+sentinel://s1,10.0.0.2:26380,[fd00::3]:1/my-master')).toEqual({
      urls: ['redis://my-master/'],
      sentinels: {
        name: 'my-master',
        addresses: [
          { host: 's1', port: 26_379 },
          { host: '10.0.0.2', port: 26_380 },
          { host: 'fd00::3', port: 1 },
        ],
        username: null,
        password: null,
      },
    });
    const url =
      'rediss+sentinel://ann:p%40ss@s1:1/calls/3?sentinel_username=sue&sentinel_password=p%26w';
    expect(read(url)).toMatchObject({
      urls: ['rediss://ann:p%40ss@calls/3'],
      sentinels: { name: 'calls', username: 'sue', password: 'p&w' },
    });
  });

  test.each([
    'http://a',
    'redis+sentinel://s1',
    'redis+sentinel:///calls',
    'redis+sentinel://s1:0/calls',
    'redis+sentinel://s1:99999/calls',
    'redis+sentinel://s1,/calls',
    'redis+sentinel://s1/calls/x',
    'redis+sentinel://s1/calls?sentinel_pasword=x',
    'redis+sentinel://s1/calls,redis://b',
  ])('%s is refused', (url) => {
    expect(mistakes({ ...shared, REDIS_URL: url })).toEqual([
      expect.stringMatching(/^REDIS_URL must be URLs such as redis:/),
    ]);
  });
});

test('a pair of VAPID keys is used together, and two keys that are no pair are a mistake', () => {
  const [own, other] = [makeVapidKeys(), makeVapidKeys()];
  const env = { VAPID_PUBLIC_KEY: own.publicKey, VAPID_PRIVATE_KEY: own.privateKey };
  expect(readConfig(env).push?.keys).toEqual(own);
  for (const [name, key, mistake] of [
    ['VAPID_PUBLIC_KEY', other.publicKey, 'are not a pair'],
    ['VAPID_PUBLIC_KEY', '', 'are needed together'],
    ['VAPID_PRIVATE_KEY', '', 'are needed together'],
    ['VAPID_PUBLIC_KEY', 'A'.repeat(86), 'must be a P-256 public key'],
    ['VAPID_PRIVATE_KEY', 'A'.repeat(44), 'must be a P-256 private key'],
  ] as const) {
    expect(mistakes({ ...env, [name]: key }).join()).toContain(mistake);
  }
});

test.each([
  [{}, 'mailto:nobody@example.com'],
  [{ PUBLIC_URL: 'https://calls.example.com' }, 'https://calls.example.com'],
  [{ PUBLIC_URL: 'http://localhost:5000' }, 'mailto:nobody@example.com'],
  [
    { PUBLIC_URL: 'https://a.example.com', PUSH_SUBJECT: 'mailto:b@example.com' },
    'mailto:b@example.com',
  ],
])('who can be asked about push messages, with %o', (env, subject) => {
  expect(readConfig(env).push?.subject).toBe(subject);
});
