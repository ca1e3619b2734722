import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutate, type Outcome } from '../kit/mutate.ts';
import { type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const ADMIN_TOKEN = 'the-token-of-whoever-runs-this-server';
/** And some more, on a machine so slow that the waits past the limit, of 1 and 2 seconds, are over meanwhile. */
const LIMIT = 22;
const MANY = 65;

let server: TestServer;
let ann: Person;

beforeAll(async () => {
  const env = { TRUST_PROXY: 'loopback', ADMIN_TOKEN, PASSWORD_QUEUE: '1000' };
  server = await startServer({ env });
  ann = await register(server.graphqlUrl, 'Ann');
});
afterAll(() => server.close());

const from = (address: string) => ({ 'x-forwarded-for': address });
const atOnce = <T>(ask: (number: number) => Promise<T>, count = MANY) =>
  Promise.all(Array.from({ length: count }, (_, number) => ask(number)));
const count = (outcomes: readonly Outcome[], type: string) =>
  outcomes.filter(({ __typename }) => __typename === type).length;
const login = (email: string, password: string, address: string) =>
  mutate(server.graphqlUrl, 'login', { email, password }, 'expiresAt', from(address));

test('one password for many accounts at once: as many tries as one address has', async () => {
  const outcomes = await atOnce((i) => login(`spray${i}@example.com`, 'Summer2026!', '192.0.2.1'));
  expect(count(outcomes, 'BadCredentialsError')).toBeLessThanOrEqual(LIMIT);
  expect(count(outcomes, 'RateLimitedError')).toBeGreaterThanOrEqual(MANY - LIMIT);
});

test('the right password among many wrong ones at once is no more tried than those', async () => {
  const victim = await register(server.graphqlUrl, 'Victim');
  const wrong = atOnce((i) => login(`wrong${i}@example.com`, 'Summer2026!', '192.0.2.2'), 40);
  const right = login(victim.email, victim.password, '192.0.2.2');
  await wrong;
  expect((await right).__typename).toBe('RateLimitedError');
});

test('many sign-ins at once that succeed leave nothing counted', async () => {
  for (let round = 0; round < 3; round += 1) {
    const outcomes = await atOnce(() => login(ann.email, ann.password, '192.0.2.3'), 4);
    expect(count(outcomes, 'LoginSuccess')).toBe(4);
  }
});

test('tokens of a reset, and of a verified email, at once', async () => {
  const reset = await atOnce((i) =>
    mutate(
      server.graphqlUrl,
      'resetPassword',
      { token: `${i}`.repeat(20), newPassword: 'a password of mine' },
      'account { id }',
      from('192.0.2.4'),
    ),
  );
  expect(count(reset, 'TokenInvalidError')).toBeLessThanOrEqual(LIMIT);
  const verified = await atOnce((i) =>
    mutate(
      server.graphqlUrl,
      'verifyEmail',
      { token: `${i}`.repeat(20) },
      'verified',
      from('192.0.2.5'),
    ),
  );
  expect(count(verified, 'TokenInvalidError')).toBeLessThanOrEqual(LIMIT);
});

test('emails that are taken, at once', async () => {
  const outcomes = await atOnce(
    () =>
      mutate(
        server.graphqlUrl,
        'register',
        { name: 'Eve', email: ann.email, password: 'correct horse battery' },
        'expiresAt',
        from('192.0.2.6'),
      ),
    40,
  );
  expect(count(outcomes, 'EmailTakenError')).toBeLessThanOrEqual(LIMIT);
  expect(count(outcomes, 'EmailTakenError')).toBeGreaterThan(0);
});

test('unknown rooms at once, of an account and of strangers who would be guests', async () => {
  const eve = await register(server.graphqlUrl, 'Eve');
  const answers = await atOnce((i) =>
    post<{ room: null }, object>(
      server.graphqlUrl,
      `{ room(id: "${String(i).padStart(16, '0')}") { id } }`,
      {},
      { ...eve.headers, ...from('192.0.2.7') },
    ),
  );
  expect(answers.filter(({ errors }) => errors === undefined).length).toBeLessThanOrEqual(LIMIT);
  const guests = await atOnce(
    (i) =>
      mutate(
        server.graphqlUrl,
        'enterAsGuest',
        { roomId: String(i).padStart(16, '0'), name: 'Eve' },
        'expiresAt',
        from('192.0.2.8'),
      ),
    150,
  );
  expect(count(guests, 'RoomNotFoundError')).toBeLessThanOrEqual(100);
});

test('tokens of the administrator at once', async () => {
  const answers = await atOnce((i) =>
    post<object, object>(
      server.graphqlUrl,
      '{ admin { __typename } }',
      {},
      { 'x-admin-token': `wrong-${i}-${'x'.repeat(32)}`, ...from('192.0.2.9') },
    ),
  );
  const told = answers.filter(({ errors }) => errors?.[0]?.extensions?.code === 'FORBIDDEN');
  expect(told.length).toBeLessThanOrEqual(LIMIT);
  const many = await atOnce(
    () =>
      post<object, object>(
        server.graphqlUrl,
        '{ admin { __typename } }',
        {},
        { 'x-admin-token': ADMIN_TOKEN, ...from('192.0.2.10') },
      ),
    50,
  );
  expect(many.filter(({ errors }) => errors !== undefined)).toEqual([]);
});

/** Emails that are made up: `MADE_UP_EMAILS=300000` is the attack that was found, and takes minutes. */
const MADE_UP_EMAILS = Number(process.env.MADE_UP_EMAILS ?? 30);
const ALIASES = 15;

test('mails to made-up emails by aliases: 20 of an address, and a refused one takes nothing of an email', {
  timeout: 20_000 + 5 * MADE_UP_EMAILS,
}, async () => {
  const victim = await register(server.graphqlUrl, 'Victim');
  let sent = 0;
  const madeUp = Math.ceil(MADE_UP_EMAILS / ALIASES);
  for (let batch = 0; batch < madeUp + 8; batch += 1) {
    const asks = Array.from({ length: ALIASES }, (_, i) => {
      const email = batch < madeUp ? `made-up-${batch}-${i}@example.com` : victim.email;
      return `a${i}: requestPasswordReset(input: { email: "${email}" }) { __typename }`;
    });
    const { data } = await post<Record<string, Outcome>, object>(
      server.graphqlUrl,
      `mutation { ${asks.join(' ')} }`,
      {},
      from('192.0.2.11'),
    );
    sent += count(Object.values(data ?? {}), 'RequestPasswordResetSuccess');
  }
  expect(sent).toBeLessThanOrEqual(LIMIT);
  const ask = (address: string) =>
    mutate(
      server.graphqlUrl,
      'requestPasswordReset',
      { email: victim.email },
      'sent',
      from(address),
    );
  for (let mail = 0; mail < 3; mail += 1) {
    expect((await ask('192.0.2.12')).__typename).toBe('RequestPasswordResetSuccess');
  }
});

test('strangers who fail, or ask for mails, do not lock out an owner where they have signed in before', async () => {
  const home = '198.51.100.1';
  const owner = await register(server.graphqlUrl, 'Owner');
  expect((await login(owner.email, owner.password, home)).__typename).toBe('LoginSuccess');
  const ask = (address: string) =>
    mutate(
      server.graphqlUrl,
      'requestPasswordReset',
      { email: owner.email },
      'sent',
      from(address),
    );
  for (let i = 0; i < 30; i += 1) {
    await login(owner.email, 'not the password', `198.51.100.${i + 2}`);
    await ask(`198.51.100.${i + 2}`);
  }
  expect((await login(owner.email, owner.password, '203.0.113.7')).__typename).toBe(
    'RateLimitedError',
  );
  expect((await login(owner.email, owner.password, home)).__typename).toBe('LoginSuccess');
  expect((await ask(home)).__typename).toBe('RequestPasswordResetSuccess');
  const verification = await mutate(server.graphqlUrl, 'requestEmailVerification', {}, 'sent', {
    ...owner.headers,
    ...from('203.0.113.8'),
  });
  expect(verification.__typename).toBe('RequestEmailVerificationSuccess');
  // Nor may they guess without end there.
  const guesses = await atOnce((i) => login(owner.email, `guess ${i}`, home), 30);
  expect(count(guesses, 'BadCredentialsError')).toBeLessThanOrEqual(5);
});
