import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutate } from '../kit/mutate.ts';
import { type Person, post, register } from '../kit/people.ts';
import { registerReachable } from '../kit/phone.ts';
import { PushService, type TestBrowser } from '../kit/push-service.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

let service: PushService;
let server: TestServer;
beforeAll(async () => {
  service = await PushService.start();
  server = await startServer({
    env: { PUSH_SUBJECT: 'mailto:admin@example.com' },
    overrides: { pushNetwork: service.network },
  });
});
afterAll(async () => {
  await server.close();
  await service.stop();
});

interface Message {
  readonly type: string;
  readonly callId: string;
  readonly token?: string;
}

const messagesOf = ({ endpoint }: TestBrowser) =>
  service.received
    .filter(({ path }) => endpoint.endsWith(path))
    .map(({ message }) => message as Message);

async function subscribe(person: Person): Promise<TestBrowser> {
  const browser = service.browser();
  await mutate(
    ...([server.graphqlUrl, 'savePushSubscription', browser.subscription, 'endpoint'] as const),
    person.headers,
  );
  return browser;
}

/** Somebody calls somebody who is woken by push: who they are, and what the message says. */
async function rung() {
  const ann = await register(server.graphqlUrl, 'Ann');
  const bob = await registerReachable(server.graphqlUrl, 'Bob');
  const browser = await subscribe(bob);
  await mutate(
    ...([server.graphqlUrl, 'ring', { userIds: [bob.accountId] }, 'call { id }'] as const),
    ann.headers,
  );
  await service.until(() => messagesOf(browser).length === 1);
  const [message] = messagesOf(browser);
  return { ann, bob, browser, callId: message?.callId ?? '', token: message?.token ?? '' };
}

/** Nobody is signed in. */
async function look(token: string) {
  const query =
    'query ($token: String!) { pushedCall(token: $token) { callId state remainingMs } }';
  const { data } = await post<
    { pushedCall: { callId: string; state: string; remainingMs: number } | null },
    object
  >(server.graphqlUrl, query, { token });
  return data?.pushedCall;
}

const decline = (token: string) =>
  mutate(server.graphqlUrl, 'declinePushedCall', { token }, 'call { state remainingMs }', {});

test('the token of a message tells whether the call still rings, and declines it, without a session', async () => {
  const { ann, bob, browser, callId, token } = await rung();
  const ringing = await look(token);
  expect(ringing).toMatchObject({ callId, state: 'RINGING' });
  expect(ringing?.remainingMs).toBeGreaterThan(0);
  expect(ringing?.remainingMs).toBeLessThanOrEqual(30_000);
  const declined = { call: { state: 'DECLINED', remainingMs: 0 } };
  expect(await decline(token)).toMatchObject(declined);
  // A worker may ask again, if the answer was lost.
  expect(await decline(token)).toMatchObject(declined);
  expect(await look(token)).toMatchObject({ state: 'DECLINED', remainingMs: 0 });
  await service.until(() => messagesOf(browser).length === 2);
  // Bob is free again: another call rings.
  const again = await mutate(
    ...([server.graphqlUrl, 'ring', { userIds: [bob.accountId] }, 'call { state }'] as const),
    ann.headers,
  );
  expect(again).toMatchObject({ call: { state: 'RINGING' } });
});

test('it tells that a call was answered, and is too late to decline it then', async () => {
  const { bob, callId, token } = await rung();
  const input = { callId, clientKey: 'woken' };
  await mutate(server.graphqlUrl, 'acceptCall', input, 'call { id }', bob.headers);
  expect(await look(token)).toMatchObject({ state: 'ACCEPTED', remainingMs: 0 });
  expect((await decline(token)).__typename).toBe('AnsweredElsewhereError');
});

test('it is worth nothing once its session has ended', async () => {
  const { bob, token } = await rung();
  await post(server.graphqlUrl, 'mutation { logout { __typename } }', {}, bob.headers);
  await until(async () => (await look(token)) === null, 'the end of the session');
  expect((await decline(token)).__typename).toBe('TokenInvalidError');
});

test('it opens nothing else, and no other token does what it does', async () => {
  const { ann, token } = await rung();
  const [head, body, signature = ''] = token.split('.');
  const forged = [
    ...['', 'nonsense', ann.token],
    `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    `${Buffer.from('{"alg":"none","typ":"ring+jwt"}').toString('base64url')}.${body}.`,
  ];
  for (const one of forged) {
    expect(await look(one)).toBeNull();
    expect((await decline(one)).__typename).toBe('TokenInvalidError');
  }
  const headers = { authorization: `Bearer ${token}` };
  const { data, errors } = await post<{ me: unknown }, object>(
    ...([server.graphqlUrl, '{ me { id } }', {}] as const),
    headers,
  );
  expect(data?.me ?? null).toBeNull();
  expect(JSON.stringify(errors ?? [])).not.toContain('INTERNAL');
  // It still rings.
  expect(await look(token)).toMatchObject({ state: 'RINGING' });
});
