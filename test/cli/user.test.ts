import { afterAll, beforeAll, expect, test } from 'vitest';
import { MeDocument } from '../../src/client/generated/graphql.ts';
import { type Outcome, peerql } from '../kit/command.ts';
import { mutate } from '../kit/mutate.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

let server: TestServer;
const user = (...args: string[]): Promise<Outcome> =>
  peerql(['user', ...args], { DATA_DIR: server.dataDir, PUBLIC_URL: 'https://app.example.com' });

beforeAll(async () => {
  server = await startServer({ env: { HEARTBEAT_SECONDS: '1' } });
});
afterAll(() => server.close());

function login({ email }: Person, password: string): Promise<{ __typename: string }> {
  return mutate(server.graphqlUrl, 'login', { email, password, delivery: 'BEARER' }, 'token');
}

test('list shows every account, and what is special about it', async () => {
  const ann = await register(server.graphqlUrl, 'Ann');
  const bob = await register(server.graphqlUrl, 'Bob');
  await user('disable', bob.email);
  const { code, out, err } = await user('list');
  expect(code).toBe(0);
  const rows = out
    .trim()
    .split('\n')
    .map((row) => row.split('\t'));
  expect(rows.find(([email]) => email === ann.email)).toEqual([
    ann.email,
    'Ann',
    expect.stringMatching(/^\d{4}-/),
    'email not verified, 1 session',
  ]);
  expect(rows.find(([email]) => email === bob.email)?.[3]).toMatch(
    /^disabled since \d{4}-.*, 0 sessions$/,
  );
  expect(err).toBe('2 accounts\n');
  expect(out).not.toContain('$argon2');
});

test('disable ends every session, on open sockets too, and refuses the password as a wrong one', async () => {
  const ann = await register(server.graphqlUrl, 'Ann');
  const bob = await register(server.graphqlUrl, 'Bob');
  const room = await createRoom(server.graphqlUrl, bob);
  const participant = new Participant(server.socketUrl, ann);
  const host = new Participant(server.socketUrl, bob);
  await host.join({ roomId: room.id });
  await participant.join({ roomId: room.id });

  const disabled = await user('disable', ann.email.toUpperCase());
  expect(disabled).toEqual({
    code: 0,
    out: `${ann.email} is disabled; sessions ended: 1.\n`,
    err: '',
  });
  const me = await post(server.graphqlUrl, MeDocument, {}, ann.headers);
  expect(me.data?.me).toBeNull();
  expect(await participant.closed()).toBe(4401);
  expect(await host.next('ParticipantLeft')).toMatchObject({ reason: 'SIGNED_OUT' });
  const refused = await login(ann, ann.password);
  expect(refused).toEqual(await login(ann, 'a wrong password'));
  expect(refused).toMatchObject({ __typename: 'BadCredentialsError' });

  expect(await user('enable', ann.email)).toMatchObject({ code: 0 });
  expect(await login(ann, ann.password)).toMatchObject({ __typename: 'LoginSuccess' });
  await Promise.all([participant.dispose(), host.dispose()]);
});

test('a disabled account gets nothing by a link that was mailed or made before', async () => {
  const ann = await register(server.graphqlUrl, 'Ann');
  const token = (await user('reset-password', ann.email)).out.split('#resetPassword=')[1]?.trim();
  await user('disable', ann.email);
  const input = { token, newPassword: 'another long passphrase' };
  expect(await mutate(server.graphqlUrl, 'resetPassword', input, 'account { id }')).toMatchObject({
    __typename: 'TokenInvalidError',
  });
});

test('reset-password prints a link that sets a new password once, and ends every session', async () => {
  const ann = await register(server.graphqlUrl, 'Ann');
  const { code, out, err } = await user('reset-password', ann.email);
  expect(code).toBe(0);
  expect(err).toContain(ann.email);
  const token = /^https:\/\/app\.example\.com\/#resetPassword=([\w-]+)\n$/.exec(out)?.[1];
  const before = await post(server.graphqlUrl, MeDocument, {}, ann.headers);
  expect(before.data?.me?.name).toBe('Ann');

  const input = { token, newPassword: 'another long passphrase' };
  const reset = () => mutate(server.graphqlUrl, 'resetPassword', input, 'account { id }');
  expect(await reset()).toMatchObject({ __typename: 'ResetPasswordSuccess' });
  expect(await reset()).toMatchObject({ __typename: 'TokenInvalidError' });
  const after = await post(server.graphqlUrl, MeDocument, {}, ann.headers);
  expect(after.data?.me).toBeNull();
  expect(await login(ann, ann.password)).toMatchObject({ __typename: 'BadCredentialsError' });
  expect(await login(ann, 'another long passphrase')).toMatchObject({ __typename: 'LoginSuccess' });
});

test.each(['disable', 'enable', 'reset-password'])('%s of nobody is told', async (action) => {
  expect(await user(action, 'nobody@example.com')).toEqual({
    code: 1,
    out: '',
    err: 'peerql user: There is no account with the email nobody@example.com.\n',
  });
});
