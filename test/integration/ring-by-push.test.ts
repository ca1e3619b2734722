import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutate, type Outcome } from '../kit/mutate.ts';
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

const act = (person: Person, name: string, input: object, fields: string) =>
  mutate(server.graphqlUrl, name, input, fields, person.headers);

async function subscribe(person: Person): Promise<TestBrowser> {
  const browser = service.browser();
  await act(person, 'savePushSubscription', browser.subscription, 'endpoint');
  return browser;
}

const ring = (from: Person, to: Person): Promise<Outcome> =>
  act(from, 'ring', { userIds: [to.accountId] }, 'call { id state reason legs { state } }');

/** What a browser was told. */
const messagesOf = ({ endpoint }: TestBrowser) =>
  service.received
    .filter(({ path }) => endpoint.endsWith(path))
    .map(({ message }) => message as { type: string; callId: string; state: string });

async function historyOf({ headers }: Person): Promise<string[]> {
  const query = '{ calls(first: 5) { edges { node { id reason legs { state } } } } }';
  const { data } = await post<
    { calls: { edges: { node: { id: string; reason: string; legs: { state: string }[] } }[] } },
    object
  >(server.graphqlUrl, query, {}, headers);
  return (data?.calls.edges ?? []).map(
    ({ node }) => `${node.id} ${node.reason} ${node.legs.map(({ state }) => state)}`,
  );
}

test('a call rings by push where no page is open, and both find it in their history when it was missed', async () => {
  const ann = await register(server.graphqlUrl, 'Ann');
  const bob = await registerReachable(server.graphqlUrl, 'Bob');
  const [laptop, phone] = [await subscribe(bob), await subscribe(bob)];
  const rang = (await ring(ann, bob)).call as { id: string; state: string };
  expect(rang.state).toBe('RINGING');
  await service.until(() => [laptop, phone].every((one) => messagesOf(one).length === 1));
  expect(messagesOf(laptop)).toMatchObject([{ type: 'call.ringing', callId: rang.id }]);
  await act(ann, 'cancelCall', { callId: rang.id }, 'call { id }');
  await service.until(() => [laptop, phone].every((one) => messagesOf(one).length === 2));
  expect(messagesOf(phone)[1]).toMatchObject({ type: 'call.ended', state: 'CANCELLED' });
  for (const person of [ann, bob]) {
    await until(
      async () => (await historyOf(person)).join() === `${rang.id} CANCELLED CANCELLED`,
      `the call in the history of ${person.name}`,
    );
  }
  expect(service.forged).toEqual([]);
});

test('who has signed out gets no push: the call is unreachable', async () => {
  const ann = await register(server.graphqlUrl, 'Ann');
  const bob = await registerReachable(server.graphqlUrl, 'Bob');
  const browser = await subscribe(bob);
  await post(server.graphqlUrl, 'mutation { logout { __typename } }', {}, bob.headers);
  expect((await ring(ann, bob)).call).toMatchObject({ state: 'ENDED', reason: 'UNREACHABLE' });
  expect(messagesOf(browser)).toEqual([]);
});

test('a call is accepted by whoever was woken by push, and the other browser is told so', async () => {
  const ann = await register(server.graphqlUrl, 'Ann');
  const bob = await registerReachable(server.graphqlUrl, 'Bob');
  const browser = await subscribe(bob);
  const { id: callId } = (await ring(ann, bob)).call as { id: string };
  await service.until(() => messagesOf(browser).length === 1);
  const accepted = await act(
    ...([bob, 'acceptCall', { callId, clientKey: 'woken' }] as const),
    'call { state }',
  );
  expect(accepted).toMatchObject({ call: { state: 'ACTIVE' } });
  await service.until(() => messagesOf(browser).length === 2);
  expect(messagesOf(browser)[1]).toMatchObject({ type: 'call.ended', callId, state: 'ACCEPTED' });
});

test('a call that was declined on one browser is closed on the others once, and the caller is told nothing by push', async () => {
  const ann = await register(server.graphqlUrl, 'Ann');
  const bob = await registerReachable(server.graphqlUrl, 'Bob');
  const [browser, own] = [await subscribe(bob), await subscribe(ann)];
  const { id: callId } = (await ring(ann, bob)).call as { id: string };
  await service.until(() => messagesOf(browser).length === 1);
  await act(bob, 'declineCall', { callId }, 'call { id }');
  await service.until(() => messagesOf(browser).length === 2);
  // A second call comes after everything about the first.
  const again = (await ring(ann, bob)).call as { id: string };
  await service.until(() => messagesOf(browser).some((one) => one.callId === again.id));
  expect(messagesOf(browser)).toMatchObject([
    { type: 'call.ringing', callId },
    { type: 'call.ended', callId, state: 'DECLINED' },
    { type: 'call.ringing', callId: again.id },
  ]);
  expect(messagesOf(own)).toEqual([]);
});
