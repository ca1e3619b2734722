import { generateKeyPairSync } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ExchangeTokenDocument,
  MeDocument,
  ReauthenticateDocument,
} from '../../src/client/generated/graphql.ts';
import {
  AUDIENCE,
  apiKeyToken,
  startOddIssuer,
  startProvider,
  TestIssuer,
} from '../kit/issuers.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const KEY = { id: 'team', secret: 'a secret of 32 bytes that a team and its server share' };
const OLD_KEY = { id: 'team', secret: 'the secret that was used before and is good still' };
const ADMIN_TOKEN = 'the-token-of-the-administrator-of-this-test';
const HOUR = 3_600_000;

let issuer: TestIssuer;
let rival: TestIssuer;
let provider: Awaited<ReturnType<typeof startProvider>>;
let clock: ManualClock;
let server: TestServer;

beforeAll(async () => {
  // Two issuers whose keys have the same name.
  [issuer, rival, provider] = await Promise.all([
    TestIssuer.start('the-key'),
    TestIssuer.start('the-key'),
    startProvider(),
  ]);
  clock = new ManualClock(Date.now());
  server = await serve();
});
afterAll(async () => {
  await server?.close();
  await Promise.all([issuer?.stop(), rival?.stop(), provider?.stop()]);
});

function serve(env: Record<string, string> = {}, own = clock): Promise<TestServer> {
  const trusted = [
    issuer.trusted,
    rival.trusted,
    { issuer: provider.url, audience: AUDIENCE, claims: { name: 'client_id' } },
  ];
  return startServer({
    env: {
      TRUSTED_ISSUERS: JSON.stringify(trusted),
      API_KEYS: `${KEY.id}:${KEY.secret},${OLD_KEY.id}:${OLD_KEY.secret}`,
      ADMIN_TOKEN,
      ...env,
    },
    overrides: { clock: own },
  });
}

const seconds = () => Math.floor(clock.now() / 1000);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function exchange(token: string, url = server.graphqlUrl) {
  const answer = await post(url, ExchangeTokenDocument, { input: { token, delivery: 'BEARER' } });
  return answer.data?.exchangeToken ?? answer.errors?.[0]?.extensions?.code;
}

async function me(token: string, url = server.graphqlUrl) {
  return (await post(url, MeDocument, {}, bearer(token))).data?.me ?? null;
}

/** Somebody by a token of their own, for the kit. */
function person(token: string): Person {
  const nobody = { name: '', email: '', password: '', accountId: '' };
  return { ...nobody, token, headers: bearer(token) };
}

async function asAdmin(field: string) {
  const headers = { 'x-admin-token': ADMIN_TOKEN };
  const answer = await post(server.graphqlUrl, `mutation { admin { ${field} } }`, {}, headers);
  return (answer.data as { admin: Record<string, Record<string, unknown>> } | null)?.admin;
}

describe('a token of an issuer outside', () => {
  test('signs in by exchange, as bearer and as connectionParams, as one person in one session', async () => {
    const token = await issuer.token({ email: 'Ann@Example.com', email_verified: true });
    const exchanged = await exchange(token);
    expect(exchanged).toMatchObject({
      __typename: 'ExchangeTokenSuccess',
      account: { name: 'Ann', email: 'ann@example.com', emailVerified: true },
    });
    const sessions = `{ me { id sessions { id current expiresAt } } }`;
    const first = await post(server.graphqlUrl, sessions, {}, bearer(token));
    const own = (exchanged as { token: string }).token;
    expect((await post(server.graphqlUrl, sessions, {}, bearer(own))).data).toEqual(first.data);
    const guest = new Participant(server.socketUrl, person(token));
    const overSocket = await guest.call(sessions, {});
    expect(overSocket).toEqual(first.data);
    await guest.dispose();
    expect(first.data).toMatchObject({ me: { sessions: [{ current: true }] } });
  });

  test('of a real OpenID provider is found by discovery', async () => {
    expect(await me(await provider.token())).toMatchObject({ name: 'ann' });
  });

  test('is exchanged as often as MUTATION_BURST says, good or bad, and once more it is to wait', async () => {
    const env = { MUTATION_BURST: '3', MUTATIONS_PER_SECOND: '1', ACCOUNTS_PER_ADDRESS: '1' };
    const tight = await serve(env);
    const tokens = [await issuer.token({ sub: 'busy' }), 'no.token.at-all'];
    const names: unknown[] = [];
    for (let asked = 0; asked < 3; asked += 1) {
      names.push(await exchange(tokens[asked % 2] ?? '', tight.graphqlUrl));
    }
    expect(names).toMatchObject([
      { __typename: 'ExchangeTokenSuccess' },
      { __typename: 'TokenInvalidError' },
      { __typename: 'ExchangeTokenSuccess' },
    ]);
    expect(await exchange(tokens[0] ?? '', tight.graphqlUrl)).toMatchObject({
      __typename: 'RateLimitedError',
    });
    await tight.close();
  });

  test('many requests with a new one at once have one session', async () => {
    const token = await issuer.token({ sub: 'crowd' });
    const query = '{ me { id sessions { id } } }';
    const all = await Promise.all(
      Array.from({ length: 8 }, () => post(server.graphqlUrl, query, {}, bearer(token))),
    );
    const [last] = [await post(server.graphqlUrl, query, {}, bearer(token))];
    expect(last.data).toMatchObject({ me: { sessions: [expect.anything()] } });
    expect(all.every(({ errors }) => errors === undefined)).toBe(true);
  });

  test('brings the name along at each exchange, and none that cannot be shown', async () => {
    const named = async (claims: Record<string, unknown>) =>
      (await me(await issuer.token({ sub: 'zoe', ...claims })))?.name;
    expect(await named({ name: 'Zoë' })).toBe('Zoë');
    expect(await named({ name: 'Zoë M.', jti: '1' })).toBe('Zoë M.');
    expect(await named({ name: '\u200b', jti: '2' })).toBe('Zoë M.');
    expect(await named({ name: 'x'.repeat(99), jti: '3' })).toBe('x'.repeat(50));
  });

  test('two issuers with one sub are two people', async () => {
    const [one, two] = [await issuer.token({ sub: 'same' }), await rival.token({ sub: 'same' })];
    expect((await me(one))?.id).not.toBe((await me(two))?.id);
  });

  test('an email that belongs to an account here signs in to no account, and takes none', async () => {
    const ann = await register(server.graphqlUrl, 'Owner');
    const outside = await me(
      await issuer.token({ sub: 'thief', email: ann.email, email_verified: true }),
    );
    expect(outside).toMatchObject({ email: ann.email });
    expect(outside?.id).not.toBe(ann.accountId);
    expect(await me(ann.token)).toMatchObject({ id: ann.accountId, name: 'Owner' });
  });
});

describe('a token that is not accepted', () => {
  const refused = async (token: string, why: string) => {
    const result = await exchange(token);
    expect(result).toMatchObject({ __typename: 'TokenInvalidError' });
    expect((result as { message: string }).message).toContain(why);
    expect(await me(token)).toBeNull();
    // A socket says so, too, with a code that says whether to come back.
    const participant = new Participant(server.socketUrl, person(token));
    await participant.call('{ me { id } }', {}).catch(() => {});
    const code = await participant.closed();
    expect(code).toBe(why.includes('expired') ? 4403 : 4401);
    await participant.dispose();
  };

  test('is of an issuer with the same kid', async () => {
    await refused(await rival.token({ iss: issuer.url }), 'signature');
  });

  test('is of an issuer that is not trusted', async () => {
    const result = await exchange(await issuer.token({ iss: 'https://elsewhere.example.com' }));
    expect(result).toMatchObject({ __typename: 'TokenInvalidError' });
  });

  test('is for another audience', async () => {
    await refused(await issuer.token({ aud: 'somebody else' }), '"aud"');
    await refused(await issuer.token({ aud: undefined }), '"aud"');
    await refused(await apiKeyToken(KEY, { aud: 'somebody else' }), '"aud"');
  });

  test('plays tricks with alg', async () => {
    const now = seconds();
    const claims = { iss: issuer.url, sub: 'ann', aud: AUDIENCE, iat: now, exp: now + 60 };
    await refused(new UnsecuredJWT(claims).encode(), '');
    const jwks = (await (await fetch(`${issuer.url}/jwks`)).json()) as { keys: object[] };
    const publicKey = Buffer.from(JSON.stringify(jwks.keys[0]));
    const hmac = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'the-key' });
    await refused(await hmac.sign(publicKey), '"alg"');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const embedded = { alg: 'RS256', kid: 'the-key', jwk: {}, jku: `${rival.url}/jwks` };
    const own = new SignJWT(claims).setProtectedHeader(embedded);
    await refused(await own.sign(privateKey), 'signature');
    const asKey = { ...claims, iss: KEY.id, aud: 'peerql' };
    const rsa = new SignJWT(asKey).setProtectedHeader({ alg: 'RS256' });
    await refused(await rsa.sign(privateKey), '"alg"');
  });

  test('is for something else than signing in', async () => {
    await refused(await issuer.token({}, { typ: 'logout+jwt' }), '"typ"');
  });

  test('has expired, is not good yet, lasts too long or does not say', async () => {
    const now = seconds();
    await refused(await issuer.token({ iat: now - 900, exp: now - 61 }), 'expired');
    await refused(await issuer.token({ nbf: now + 90 }), '"nbf"');
    await refused(await issuer.token({ iat: now + 90 }), '"iat"');
    await refused(await issuer.token({ iat: undefined }), '"iat"');
    await refused(await issuer.token({ exp: undefined }), '"exp"');
    await refused(await issuer.token({ exp: now + 24 * 3600 + 90 }), '24 hours');
    await refused(await issuer.token({ iat: now - 25 * 3600 }), 'expired');
    await refused(await issuer.token({ sub: '' }), '"sub"');
  });

  test('within a minute of skew it is accepted', async () => {
    const now = seconds();
    const early = { iat: now + 30, nbf: now + 30, sub: 'early' };
    expect(await me(await issuer.token(early))).not.toBeNull();
    expect(await me(await issuer.token({ exp: now - 30, sub: 'late' }))).not.toBeNull();
  });

  test('is longer than a token may be', async () => {
    const small = await serve({ MAX_TOKEN_LENGTH: '1024' });
    const fitting = await apiKeyToken(KEY, { sub: 'x' });
    const padding = 'x'.repeat(Math.floor(((1024 - fitting.length) * 3) / 4) - 20);
    const atMost = await apiKeyToken(KEY, { sub: 'x', padding });
    expect(atMost.length).toBeLessThanOrEqual(1024);
    expect(await exchange(atMost, small.graphqlUrl)).toMatchObject({
      __typename: 'ExchangeTokenSuccess',
    });
    const past = await apiKeyToken(KEY, { sub: 'x', padding: 'x'.repeat(800) });
    expect(await exchange(past, small.graphqlUrl)).toMatchObject({
      __typename: 'TokenInvalidError',
      message: expect.stringContaining('1024'),
    });
    await small.close();
  });
});

describe('a token of an API key', () => {
  test('is accepted by any of the secrets of its id, as one person', async () => {
    const [now, before] = await Promise.all([apiKeyToken(KEY), apiKeyToken(OLD_KEY)]);
    expect((await me(now))?.id).toBe((await me(before))?.id);
    expect(await me(await apiKeyToken({ ...KEY, secret: 'x'.repeat(40) }))).toBeNull();
  });

  test('for a room lets into that room alone, and does nothing beside', async () => {
    const owner = await register(server.graphqlUrl, 'Owner');
    const [here, there] = await Promise.all([1, 2].map(() => createRoom(server.graphqlUrl, owner)));
    const token = await apiKeyToken(KEY, { sub: 'kim', room: here?.id });
    const kim = new Participant(server.socketUrl, person(token));
    expect(await kim.join({ roomId: there?.id ?? '' })).toMatchObject({
      __typename: 'JoinRefused',
      error: { __typename: 'RoomNotFoundError' },
    });
    expect(await kim.join({ roomId: here?.id ?? '' })).toMatchObject({
      __typename: 'RoomSnapshot',
    });
    const codeOf = async (query: string) =>
      (await post(server.graphqlUrl, query, {}, bearer(token))).errors?.[0]?.extensions?.code;
    expect(await codeOf('mutation { createRoom(input: {}) { __typename } }')).toBe('FORBIDDEN');
    expect(await codeOf('mutation { deleteAccount(input: {}) { __typename } }')).toBe('FORBIDDEN');
    expect(await codeOf('mutation { revokeOtherSessions { __typename } }')).toBe('FORBIDDEN');
    expect(await codeOf('{ rooms { edges { node { id } } } }')).toBe('FORBIDDEN');
    await kim.dispose();
  });

  test('with the role of host moderates and need not knock; a member never moderates', async () => {
    const owner = await register(server.graphqlUrl, 'Owner');
    const { id: roomId } = await createRoom(server.graphqlUrl, owner, { access: 'OPEN' });
    const tokenOf = (sub: string, role: string) => apiKeyToken(KEY, { sub, room: roomId, role });
    const member = new Participant(server.socketUrl, person(await tokenOf('m', 'member')));
    expect(await member.join({ roomId })).toMatchObject({ self: { role: 'MEMBER' } });
    const host = new Participant(server.socketUrl, person(await tokenOf('h', 'host')));
    expect(await host.join({ roomId })).toMatchObject({ self: { role: 'HOST' } });
    host.unsubscribe();
    await member.next('ParticipantLeft');
    const { data } = await post(
      server.graphqlUrl,
      'query ($id: ID!) { room(id: $id) { participants { role } } }',
      { id: roomId },
      owner.headers,
    );
    expect(data).toEqual({ room: { participants: [{ role: 'MEMBER' }] } });
    for (const claims of [{ role: 'host' }, { room: 'x' }, { room: roomId, role: 'boss' }]) {
      expect(await exchange(await apiKeyToken(KEY, claims))).toMatchObject({
        __typename: 'TokenInvalidError',
      });
    }
    for (const each of [member, host]) await each.dispose();
  });
});

describe('an end', () => {
  const end = (sub: string) =>
    asAdmin(`endSessions(input: { issuer: "${issuer.url}", subject: "${sub}" }) {
      ... on AdminEndSessionsSuccess { ended } }`);

  test('of a person’s sessions ends them at once, and makes earlier tokens worth nothing', async () => {
    const owner = await register(server.graphqlUrl, 'Owner');
    const { id: roomId } = await createRoom(server.graphqlUrl, owner);
    const claims = { sub: 'eve', iat: seconds() };
    const [used, unused] = [
      await issuer.token(claims),
      await issuer.token({ ...claims, jti: '2' }),
    ];
    const eve = new Participant(server.socketUrl, person(used));
    await eve.join({ roomId });
    expect(await end('eve')).toEqual({ endSessions: { ended: 1 } });
    expect(await eve.closed()).toBe(4401);
    expect([await me(used), await me(unused)]).toEqual([null, null]);
    clock.jump(2000);
    expect(await me(await issuer.token({ sub: 'eve', iat: seconds() }))).not.toBeNull();
    expect([await me(used), await me(unused)]).toEqual([null, null]);
    await eve.dispose();
  });

  test('of one session makes its token worth nothing, and no other', async () => {
    const [one, two] = [
      await issuer.token({ sub: 'fay' }),
      await issuer.token({ sub: 'fay', jti: '2' }),
    ];
    expect(await me(two)).not.toBeNull();
    expect(await me(one)).not.toBeNull();
    await post(server.graphqlUrl, 'mutation { logout { __typename } }', {}, bearer(one));
    expect(await me(one)).toBeNull();
    expect(await me(two)).not.toBeNull();
  });

  test('of an account deletes it, and the next token makes another', async () => {
    const input = `{ issuer: "${issuer.url}", subject: "gus" }`;
    const made = await asAdmin(`upsertUser(input: { issuer: "${issuer.url}", subject: "gus",
      name: "Gus" }) { ... on AdminUpsertUserSuccess { user { id name } } }`);
    const id = (made?.upsertUser as { user: { id: string } } | undefined)?.user.id;
    const token = await issuer.token({ sub: 'gus', name: 'Gus', iat: seconds() });
    expect((await me(token))?.id).toBe(id);
    const deleted = `deleteUser(input: ${input}) { ... on AdminDeleteUserSuccess { userId } }`;
    expect(await asAdmin(deleted)).toEqual({ deleteUser: { userId: id } });
    expect(await me(token)).toBeNull();
    clock.jump(2000);
    const later = await me(await issuer.token({ sub: 'gus', iat: seconds() }));
    expect(later).not.toBeNull();
    expect(later?.id).not.toBe(id);
    const nobody = await asAdmin(`upsertUser(input: { issuer: "https://x.example.com",
      subject: "a", name: "A" }) { __typename }`);
    expect(nobody).toEqual({ upsertUser: { __typename: 'InvalidInputError' } });
  });
});

/** Closes a server whose clock stands still: what it waits for comes as the clock is turned. */
async function closeByTurning(own: TestServer, by: ManualClock): Promise<void> {
  let closed = false;
  const closing = own.close().finally(() => {
    closed = true;
  });
  while (!closed) {
    await by.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closing;
}

describe('a session of a token', () => {
  test('ends by itself, and the token, while it is good, opens another', async () => {
    const own = new ManualClock(Date.now());
    const brief = await serve({ EXTERNAL_SESSION_SECONDS: '60' }, own);
    const token = await issuer.token({ sub: 'hal' });
    const query = '{ me { sessions { id } } }';
    const ask = async () => (await post(brief.graphqlUrl, query, {}, bearer(token))).data;
    const first = await ask();
    own.jump(59_000);
    expect(await ask()).toEqual(first);
    own.jump(1000);
    expect(await ask()).not.toEqual(first);
    own.jump(2 * HOUR);
    expect(await ask()).toEqual({ me: null });
    await brief.close();
  });

  test('goes on by another token of the same person, over HTTP too, and by nobody else’s', async () => {
    const [one, two] = [
      await issuer.token({ sub: 'ida' }),
      await issuer.token({ sub: 'ida', jti: '2' }),
    ];
    const other = await issuer.token({ sub: 'ivo' });
    await me(other);
    const again = async (token: string) =>
      (await post(server.graphqlUrl, ReauthenticateDocument, { input: { token } }, bearer(one)))
        .data?.reauthenticate;
    await me(one);
    expect(await again(two)).toMatchObject({ __typename: 'ReauthenticateSuccess' });
    expect(await again(other)).toMatchObject({ __typename: 'TokenInvalidError' });
    const socket = new Participant(server.socketUrl, person(one), { lazyCloseTimeout: 60_000 });
    const variables = { input: { token: other } };
    await socket.call(
      'mutation ($input: ReauthenticateInput!) { reauthenticate(input: $input) { __typename } }',
      variables,
    );
    expect(await socket.closed()).toBe(4401);
    await socket.dispose();
  });

  test('a stay outlives 20 rotations of a token of 5 seconds', async () => {
    const own = new ManualClock(Date.now());
    const quick = await serve(
      { EXTERNAL_SESSION_SECONDS: '5', SESSION_WARNING_SECONDS: '2', HEARTBEAT_SECONDS: '1' },
      own,
    );
    const ann = await register(quick.graphqlUrl, 'Owner');
    const { id: roomId } = await createRoom(quick.graphqlUrl, ann);
    const tokenOf = (jti: number) => {
      const iat = Math.floor(own.now() / 1000);
      return apiKeyToken(KEY, { sub: 'jo', jti: String(jti), iat, exp: iat + 5 });
    };
    const jo = new Participant(quick.socketUrl, person(await tokenOf(0)));
    await jo.join({ roomId, clientKey: 'jo' });
    const stay = jo.id;
    for (let round = 1; round <= 20; round += 1) {
      own.jump(4000);
      // The others would be told as well, at the next heartbeat.
      if (round === 1) await jo.next('SessionExpiring');
      const document =
        'mutation ($input: ReauthenticateInput!) { reauthenticate(input: $input) { __typename } }';
      const input = { token: await tokenOf(round) };
      expect(await jo.call(document, { input })).toEqual({
        reauthenticate: { __typename: 'ReauthenticateSuccess' },
      });
    }
    expect([jo.id, jo.closes, jo.outcome]).toEqual([stay, [], 'open']);
    // The 21st does not come: the socket closes with a code to come back from, and the stay waits.
    own.jump(6000);
    expect(await jo.closed()).toBe(4403);
    await jo.dispose();
    await closeByTurning(quick, own);
  }, 60_000);
});

describe('an issuer that', () => {
  const reasons: string[] = [];
  const log = {
    debug() {},
    info() {},
    error() {},
    warn: (fields: object) => void reasons.push(String(Reflect.get(fields, 'reason'))),
    isLevelEnabled: () => false,
  };

  async function ask(
    answer: Parameters<typeof startOddIssuer>[0],
    env: Record<string, string> = {},
  ): Promise<unknown> {
    const odd = await startOddIssuer(answer);
    const trusted = [{ issuer: odd.url, audience: AUDIENCE }];
    const asking = await startServer({
      env: { TRUSTED_ISSUERS: JSON.stringify(trusted), ISSUER_TIMEOUT_SECONDS: '2', ...env },
      overrides: { log },
    });
    const token = await issuer.token({ iss: odd.url });
    const result = await exchange(token, asking.graphqlUrl);
    await asking.close();
    await odd.stop();
    return result;
  }

  test.each<[string, Parameters<typeof startOddIssuer>[0], string]>([
    ['answers HTML', () => (_, to) => void to.end('<html>'), 'does not answer with JSON'],
    ['redirects', () => (_, to) => void to.writeHead(302, { location: '/' }).end(), 'redirects'],
    ['is broken', () => (_, to) => void to.writeHead(500).end(), 'answers 500'],
    ['does not answer', () => () => {}, 'does not answer in time'],
    [
      'says to be another',
      () => (_, to) => void to.end(JSON.stringify({ issuer: 'https://example.com' })),
      'says that its issuer is "https://example.com"',
    ],
    [
      'has its keys elsewhere without https',
      (url) => (_, to) =>
        void to.end(JSON.stringify({ issuer: url, jwks_uri: 'http://example.com/keys' })),
      'no jwks_uri',
    ],
    [
      'has 10 MB of keys',
      (url) => (request, to) => {
        const isKeys = request.url === '/keys';
        const keys = { keys: [], padding: 'x'.repeat(10 * 1024 * 1024) };
        to.end(JSON.stringify(isKeys ? keys : { issuer: url, jwks_uri: `${url}/keys` }));
      },
      'more than 262144 bytes',
    ],
  ])('%s is not available, and the log says why', async (_how, answer, why) => {
    reasons.length = 0;
    expect(await ask(answer)).toBe('UNAVAILABLE');
    expect(reasons.join()).toContain(why);
  });

  test('has as much to say as MAX_ISSUER_BYTES, or a byte more', async () => {
    const document = (url: string) => JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` });
    const keysOf = (bytes: number) => `{"keys":[]${' '.repeat(bytes - 11)}}`;
    const answering =
      (bytes: number) =>
      (url: string) =>
      (request: { url?: string | undefined }, to: { end(text: string): void }) =>
        to.end(request.url === '/keys' ? keysOf(bytes) : document(url));
    const env = { MAX_ISSUER_BYTES: '2048' };
    expect(await ask(answering(2048), env)).toMatchObject({
      message: expect.stringContaining('no such key'),
    });
    expect(await ask(answering(2049), env)).toBe('UNAVAILABLE');
  });

  test('is asked once for a storm of unknown keys, and again after half a minute', async () => {
    const own = new ManualClock(Date.now());
    const storm = await startOddIssuer((url) => (request, to) => {
      to.end(
        request.url === '/keys'
          ? '{"keys":[]}'
          : JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }),
      );
    });
    const trusted = [{ issuer: storm.url, audience: AUDIENCE }];
    const asking = await startServer({
      env: { TRUSTED_ISSUERS: JSON.stringify(trusted) },
      overrides: { clock: own },
    });
    const shower = async (round: number) => {
      const tokens = Array.from({ length: 20 }, (_, i) =>
        issuer.token({ iss: storm.url }, { kid: `unknown-${round}-${i}` }),
      );
      const results = await Promise.all(
        (await Promise.all(tokens)).map((token) => exchange(token, asking.graphqlUrl)),
      );
      for (const result of results) {
        expect(result).toMatchObject({ message: expect.stringContaining('no such key') });
      }
    };
    await shower(1);
    expect(storm.asked()).toBe(2);
    own.standStill(31_000);
    await shower(2);
    expect(storm.asked()).toBe(4);
    // Also if the clock is set meanwhile, by an hour: half a minute has to pass, and no more.
    own.jump(HOUR);
    await shower(3);
    expect(storm.asked()).toBe(4);
    own.jump(-2 * HOUR);
    own.standStill(31_000);
    await shower(4);
    expect(storm.asked()).toBe(6);
    await asking.close();
    await storm.stop();
  });

  test('has a new key is asked for it; while it is away known keys go on, for 24 hours', async () => {
    const away = await TestIssuer.start('first');
    const own = new ManualClock(Date.now());
    const asking = await startServer({
      env: { TRUSTED_ISSUERS: JSON.stringify([away.trusted]), EXTERNAL_SESSION_SECONDS: '86400' },
      overrides: { clock: own },
    });
    const signed = async (sub: string, kid: string, inMs = 0) => {
      const at = Math.floor((own.now() + inMs) / 1000);
      return exchangeOf(away, { sub, iat: at, exp: at + 60 }, kid);
    };
    const exchangeOf = (from: TestIssuer, claims: Record<string, unknown>, kid: string) =>
      from.token(claims, {}, kid);
    const accepted = async (token: string) =>
      (await exchange(token, asking.graphqlUrl)) as { __typename?: string };
    expect(await accepted(await signed('a', 'first'))).toMatchObject({
      __typename: 'ExchangeTokenSuccess',
    });
    own.standStill(31_000);
    await away.addKey('second');
    expect(await accepted(await signed('a', 'second'))).toMatchObject({
      __typename: 'ExchangeTokenSuccess',
    });
    const later = await signed('b', 'first', 23 * HOUR);
    const tooLate = await signed('b', 'first', 25 * HOUR);
    await away.stop();
    own.standStill(23 * HOUR);
    expect(await accepted(later)).toMatchObject({ __typename: 'ExchangeTokenSuccess' });
    own.standStill(2 * HOUR);
    expect(await accepted(tooLate)).toBe('UNAVAILABLE');
    await asking.close();
  });
});
