import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Client, createClient } from '../../src/client/index.ts';
import { enterAsGuest } from '../kit/guests.ts';
import { mutate } from '../kit/mutate.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { Phone, registerReachable } from '../kit/phone.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

let server: TestServer;
let bob: Person;
const open: { dispose(): unknown }[] = [];
beforeAll(async () => {
  server = await startServer();
}, 60_000);
beforeEach(async () => {
  bob = await registerReachable(server.graphqlUrl, 'Bob');
});
afterAll(async () => {
  await Promise.all(open.map((one) => one.dispose()));
  await server?.close();
});

async function phoneOf(who: Person, clientKey: string): Promise<Phone> {
  const phone = new Phone(server.socketUrl, who, { retryAttempts: 10 });
  open.push(phone);
  await phone.attend({ clientKey });
  return phone;
}

/** Bob misses a call, of which he is told on no device. Answers when it was made. */
async function missCall(): Promise<string> {
  const ann = await phoneOf(await registerReachable(server.graphqlUrl, 'Ann'), 'phone');
  const { call } = await ann.ring({ userIds: [bob.accountId] });
  expect(call).toMatchObject({ state: 'ENDED', reason: 'UNREACHABLE' });
  return (await callsOf(bob)).edges[0]?.node.createdAt ?? '';
}

interface Calls {
  readonly seenUntil: string | null;
  readonly edges: readonly { readonly node: { readonly createdAt: string } }[];
}

async function callsOf({ headers }: Person): Promise<Calls> {
  const query = '{ calls { seenUntil edges { node { createdAt } } } }';
  const { data } = await post<{ calls: Calls }, object>(server.graphqlUrl, query, {}, headers);
  return data?.calls ?? { seenUntil: null, edges: [] };
}

const mark = (moment: string, by: Person = bob) =>
  mutate(server.graphqlUrl, 'markCallsSeen', { until: moment }, 'seenUntil', by.headers);

test('which calls were seen is kept with the account, and the other devices are told', async () => {
  const made = await missCall();
  expect((await callsOf(bob)).seenUntil).toBeNull();
  const [phone, tablet] = [await phoneOf(bob, 'phone'), await phoneOf(bob, 'tablet')];
  expect(await mark(made)).toMatchObject({ seenUntil: made });
  for (const device of [phone, tablet]) {
    const { cursor } = await device.next('CallsSeen', (event) => event.until === made);
    // It has the place of the event before it.
    expect(cursor).toBe(device.events[0]?.cursor);
  }
  expect((await callsOf(bob)).seenUntil).toBe(made);
  // It never goes back.
  expect(await mark('2020-01-31T12:00:00.000Z')).toMatchObject({ seenUntil: made });
  expect((await callsOf(bob)).seenUntil).toBe(made);
});

test('a moment in the future counts as now, so that no later call is taken for seen', async () => {
  await mark('9999-01-01T00:00:00.000Z');
  const made = await missCall();
  const { seenUntil } = await callsOf(bob);
  expect(Date.parse(seenUntil ?? '')).toBeLessThanOrEqual(Date.parse(made));
  expect(Date.parse(seenUntil ?? '')).toBeGreaterThan(Date.parse(made) - 60_000);
});

test('nobody else is told, and guests have nothing to mark', async () => {
  const cem = await registerReachable(server.graphqlUrl, 'Cem');
  const [cems, bobs] = [await phoneOf(cem, 'phone'), await phoneOf(bob, 'phone')];
  await mark('2026-01-01T00:00:00.000Z');
  await bobs.next('CallsSeen');
  await mark('2026-01-02T00:00:00.000Z', cem);
  await cems.next('CallsSeen');
  const untils = (phone: Phone) => phone.events.flatMap(({ until: moment }) => moment ?? []);
  expect(untils(cems)).toEqual(['2026-01-02T00:00:00.000Z']);
  expect(untils(bobs)).toEqual(['2026-01-01T00:00:00.000Z']);
  expect((await callsOf(bob)).seenUntil).toBe('2026-01-01T00:00:00.000Z');
  const { id } = await createRoom(server.graphqlUrl, bob, { allowGuests: true });
  const guest = await enterAsGuest(server.graphqlUrl, id, 'Gus');
  await expect(mark('2026-01-01T00:00:00.000Z', guest)).rejects.toThrow('FORBIDDEN');
});

test('it costs as much as other changes of which devices are told', async () => {
  const limited = await startServer({ env: { TOLD_BURST: '2', TOLD_PER_SECOND: '1' } });
  const { graphqlUrl } = limited;
  const { headers } = await register(graphqlUrl);
  const input = { until: '2026-01-01T00:00:00.000Z' };
  const answers: string[] = [];
  // What comes back within a second may let one more pass.
  while (answers.length < 5) {
    answers.push(
      (await mutate(graphqlUrl, 'markCallsSeen', input, 'seenUntil', headers)).__typename,
    );
  }
  await limited.close();
  expect(answers.slice(0, 2)).toEqual(['MarkCallsSeenSuccess', 'MarkCallsSeenSuccess']);
  expect(answers).toContain('RateLimitedError');
});

test('the SDK keeps it, and hears of it from another device, also after a reconnect', async () => {
  const made = await missCall();
  const [one, other] = [clientOf(bob), clientOf(bob)];
  let heard = 0;
  open.push({ dispose: other.people.on('callsSeen', () => (heard += 1)) });
  await until(() => other.people.snapshot.state === 'connected', 'the device');
  expect(await one.people.callsSeenUntil()).toBeNull();
  expect(await one.people.markCallsSeen(made)).toBe(made);
  await until(() => heard === 1, 'the news');
  expect(await other.people.callsSeenUntil()).toBe(made);
});

function clientOf({ token }: Person): Client {
  return createClient({ url: server.graphqlUrl, auth: 'bearer', webSocket: WebSocket, token });
}
