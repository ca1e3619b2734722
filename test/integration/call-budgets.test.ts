import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../src/domain/clock.ts';
import { type MinimalCall, minimalCalls } from '../kit/minimal-calls.ts';
import { mutate } from '../kit/mutate.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { Wire } from '../kit/wire.ts';

const BURST = 6;
const ADMIN_TOKEN = 'the-token-of-whoever-runs-this-server';
/** No other limit is in the way, and no budget comes back while the clock stands still. */
const ENV = {
  MUTATIONS_PER_SECOND: '10',
  QUERIES_PER_SECOND: '20',
  MUTATION_BURST: String(BURST),
  TOLD_BURST: String(BURST),
  QUERY_BURST: String(BURST),
  SIGNAL_BURST: String(BURST),
  CHAT_BURST: String(BURST),
  ACCOUNTS_PER_ADDRESS: '1000',
  UNKNOWN_ROOMS: '1000',
  ADDRESS_FAILURES: '1000',
  ACCOUNT_FAILURES: '1000',
  MAILS_PER_EMAIL: '1000',
  MAILS_PER_ADDRESS: '1000',
  TRUST_PROXY: 'loopback',
  ADMIN_TOKEN,
};

let now = Date.now();
const clock: Clock = { ...systemClock, now: () => now, elapsed: () => now };
let server: TestServer;
const strangers = numbers();

function* numbers(): Generator<number, never> {
  for (let number = 0; ; number += 1) yield number;
}

beforeAll(async () => {
  server = await startServer({ env: ENV, overrides: { clock } });
});
afterAll(() => server.close());
// Everybody registers from one address.
beforeEach(() => {
  now += 3_600_000;
});

const asStranger = () => ({ 'x-forwarded-for': `10.1.1.${strangers.next().value}` });

type Errors = readonly { readonly extensions?: Readonly<Record<string, unknown>> }[];

interface Answer {
  readonly data?: unknown;
  readonly errors?: Errors | undefined;
}

function isRefused({ data, errors = [] }: Answer, { path }: MinimalCall): boolean {
  if (errors.some(({ extensions }) => extensions?.code === 'RATE_LIMITED')) return true;
  let found: unknown = data;
  for (const name of path) found = (found as Record<string, unknown> | null | undefined)?.[name];
  return (found as { __typename?: string } | null)?.__typename === 'RateLimitedError';
}

/** Calls until it is refused; answers how often it was not. */
async function runOut(call: MinimalCall, ask: () => Promise<Answer>): Promise<number> {
  for (let asked = 0; asked < 3 * BURST; asked += 1) if (isRefused(await ask(), call)) return asked;
  return Number.POSITIVE_INFINITY;
}

for (const root of ['Mutation', 'Query'] as const) {
  describe(`every field of ${root} runs out`, () => {
    for (const call of minimalCalls(root)) {
      test(`${call.name}, over HTTP`, async () => {
        const ann = await register(server.graphqlUrl, 'Ann');
        const headers = { ...ann.headers, ...asStranger(), 'x-admin-token': ADMIN_TOKEN };
        const asked = await runOut(call, () => post(server.graphqlUrl, call.document, {}, headers));
        // Who signs out first has the budget of those without an account as well.
        expect(asked).toBeLessThanOrEqual(call.name === 'Mutation.logout' ? 2 * BURST : BURST);
      });

      test(`${call.name}, over a WebSocket`, async () => {
        const ann = await register(server.graphqlUrl, 'Ann');
        const wire = await Wire.ready(server.socketUrl, ann.token, { headers: asStranger() });
        const asking = numbers();
        const asked = await runOut(call, async () => {
          const { type, payload } = await wire.run(`${asking.next().value}`, call.document);
          return type === 'error' ? { errors: payload as Errors } : (payload as Answer);
        });
        expect(asked).toBeLessThanOrEqual(BURST);
        wire.end();
      });
    }
  });
}

const rename = (person: Person, name: string, address: Record<string, string>) =>
  mutate(server.graphqlUrl, 'updateProfile', { name }, 'account { name }', {
    ...person.headers,
    ...address,
  });

test('TOLD_BURST at once, then TOLD_PER_SECOND; a new name counts as five, and who waits may go on later', async () => {
  const ann = await register(server.graphqlUrl, 'Ann');
  const address = asStranger();
  expect((await rename(ann, 'Anna', address)).__typename).toBe('UpdateProfileSuccess');
  expect(await rename(ann, 'Hanna', address)).toMatchObject({
    __typename: 'RateLimitedError',
    retryAfter: 2,
  });
  now += 2000;
  expect((await rename(ann, 'Hanna', address)).__typename).toBe('UpdateProfileSuccess');
});

test('ACCOUNTS_PER_ADDRESS: all at one address together may call so many times as much as one', async () => {
  const tight = await startServer({
    env: { ...ENV, ACCOUNTS_PER_ADDRESS: '2' },
    overrides: { clock },
  });
  const people = await Promise.all(['Ann', 'Bob', 'Cem'].map((n) => register(tight.graphqlUrl, n)));
  const address = asStranger();
  const typenames: string[] = [];
  for (const { headers } of people) {
    for (let i = 0; i < BURST; i += 1) {
      const all = { ...headers, ...address };
      typenames.push(
        (await mutate(tight.graphqlUrl, 'createRoom', {}, 'room { id }', all)).__typename,
      );
    }
  }
  expect(typenames.indexOf('RateLimitedError')).toBe(2 * BURST);
  await tight.close();
});

test('a change that changes nothing is not told', async () => {
  const ann = await register(server.graphqlUrl, 'Ann');
  const bob = await register(server.graphqlUrl, 'Bob');
  const { id: roomId } = await createRoom(server.graphqlUrl, ann, { name: 'Stand-up' });
  const watching = new Participant(server.socketUrl, bob);
  const changing = new Participant(server.socketUrl, ann);
  await changing.join({ roomId });
  await watching.join({ roomId });
  const seen = watching.events.length;
  const address = asStranger();
  await rename(ann, 'Ann', address);
  const headers = { ...ann.headers, ...address };
  const settings = { roomId, name: 'Stand-up', allowGuests: false, access: 'OPEN' };
  await mutate(server.graphqlUrl, 'updateRoom', settings, 'room { id }', headers);
  now += 60_000;
  await mutate(
    server.graphqlUrl,
    'setMedia',
    { roomId, audio: false },
    'participant { id }',
    headers,
  );
  await mutate(
    server.graphqlUrl,
    'raiseHand',
    { roomId, raised: false },
    'participant { id }',
    headers,
  );
  now += 60_000;
  await mutate(
    server.graphqlUrl,
    'raiseHand',
    { roomId, raised: true },
    'participant { id }',
    headers,
  );
  const { participant } = await watching.next('ParticipantUpdated');
  expect(participant.handRaised).toBe(true);
  expect(watching.events.slice(seen).map(({ __typename }) => __typename)).toEqual([
    'ParticipantUpdated',
  ]);
  await Promise.all([watching.dispose(), changing.dispose()]);
});

test('JOIN_BURST at once, then JOINS_PER_SECOND; SIGNAL_BYTES_BURST and USER_BYTES_BURST, then so many a second', async () => {
  const env = {
    JOIN_BURST: '2',
    JOINS_PER_SECOND: '1',
    SIGNAL_BYTES_BURST: '65536',
    SIGNAL_BYTES_PER_SECOND: '32768',
    USER_BYTES_BURST: '131072',
    USER_BYTES_PER_SECOND: '32768',
  };
  const tight = await startServer({ env, overrides: { clock } });
  const ann = await register(tight.graphqlUrl, 'Ann');
  const bob = await register(tight.graphqlUrl, 'Bob');
  const { id: roomId } = await createRoom(tight.graphqlUrl, ann);
  const one = new Participant(tight.socketUrl, ann);
  const other = new Participant(tight.socketUrl, bob);
  await other.join({ roomId });
  for (const type of ['RoomSnapshot', 'RoomSnapshot', 'JoinRefused']) {
    one.unsubscribe();
    expect((await one.join({ roomId, clientKey: 'tab', takeOver: true })).__typename).toBe(type);
  }
  now += 1000;
  await one.join({ roomId, clientKey: 'tab', takeOver: true });
  const sdp = 'x'.repeat(32_000);
  const send = async () => (await one.offer(roomId, other.id, sdp)).__typename;
  expect([await send(), await send(), await send()]).toEqual([
    'SendOfferSuccess',
    'SendOfferSuccess',
    'RateLimitedError',
  ]);
  now += 1000;
  expect([await send(), await send()]).toEqual(['SendOfferSuccess', 'RateLimitedError']);
  await Promise.all([one.dispose(), other.dispose()]);
  await tight.close();
});
