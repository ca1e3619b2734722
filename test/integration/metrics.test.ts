import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LoginDocument, MeDocument } from '../../src/client/generated/graphql.ts';
import { schema } from '../../src/graphql/schema.ts';
import { type Scrape, scrape } from '../kit/metrics.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const SECRET = { JWT_SECRET: 'a secret of the tests and of nobody else' };

describe('who may read the metrics', () => {
  const statusOf = async (
    env: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<[number, string]> => {
    const server = await startServer({ env });
    const response = await fetch(`${server.url}/metrics`, { headers });
    const text = await response.text();
    await server.close();
    return [response.status, text];
  };

  test('without a token, programs on this machine, but not whom a proxy speaks for', async () => {
    expect((await statusOf({}))[0]).toBe(200);
    const [status, text] = await statusOf({}, { 'x-forwarded-for': '203.0.113.7' });
    expect([status, text]).toEqual([403, expect.stringContaining('METRICS_TOKEN')]);
    expect(text).not.toContain('peerql_');
  });

  test('in production, nobody without a token, and whoever is refused is told why', async () => {
    const env = { ...SECRET, NODE_ENV: 'production' };
    const [status, text] = await statusOf(env);
    expect([status, text]).toEqual([403, expect.stringContaining('set METRICS_TOKEN')]);
  });

  test.each([
    ['the right one', 'Bearer a-token-of-16-or-more', 200],
    ['a wrong one', 'Bearer a-token-of-16-or-mor', 401],
    ['none', '', 401],
  ])('with a token set, %s', async (_which, authorization, wanted) => {
    const env = { ...SECRET, NODE_ENV: 'production', METRICS_TOKEN: 'a-token-of-16-or-more' };
    const [status, text] = await statusOf(env, authorization === '' ? {} : { authorization });
    expect(status).toBe(wanted);
    expect(text.includes('peerql_sockets')).toBe(wanted === 200);
  });

  test('METRICS=off measures nothing and serves nothing', async () => {
    expect((await statusOf({ METRICS: 'off' }))[0]).toBe(404);
  });
});

describe('after some traffic', () => {
  let server: TestServer;
  let seen: Scrape;

  beforeAll(async () => {
    // However slow the machine is, the documents are not what is tried here.
    server = await startServer({ env: { PREPARING_MS_PER_SECOND: '1000' } });
    const [ann, bob] = await Promise.all([
      register(server.graphqlUrl, 'Ann'),
      register(server.graphqlUrl, 'Bob'),
    ]);
    await post(server.graphqlUrl, LoginDocument, {
      input: { email: ann.email, password: 'not her password', delivery: 'BEARER' },
    });
    await post(
      server.graphqlUrl,
      `query x1 { first: me { id } second: me { id } }`,
      undefined,
      ann.headers,
    );
    await post(server.graphqlUrl, '{ nothing }');
    await post(server.graphqlUrl, 'mutation { logout { __typename } }');
    await post(server.graphqlUrl, MeDocument, {}, bob.headers);
    const { id: roomId } = await createRoom(server.graphqlUrl, ann);
    const host = new Participant(server.socketUrl, ann, {
      retryAttempts: 5,
      retryWait: async () => {},
    });
    const guest = new Participant(server.socketUrl, bob);
    await host.join({ roomId, clientKey: 'ann' });
    await guest.join({ roomId, clientKey: 'bob' });
    await host.offer(roomId, guest.id, 'v=0');
    await guest.next('OfferReceived');
    await guest.candidates(roomId, host.id, ['candidate:1', 'candidate:2']);
    await host.next('IceCandidatesReceived');
    host.cut();
    await guest.next(
      'ParticipantUpdated',
      ({ participant }) => participant.connection === 'RECONNECTING',
    );
    await host.until(() => host.closes.length > 0 && host.connected);
    await guest.next(
      'ParticipantUpdated',
      ({ participant }) => participant.connection === 'CONNECTED',
    );
    const lost = new Participant(server.socketUrl, ann);
    await lost.join({ roomId: '0123456789abcdef' });
    await lost.dispose();
    const stranger = new Participant(server.socketUrl, { ...bob, token: 'worth.no.thing' });
    await stranger.join({ roomId }).catch(() => null);
    await stranger.closed();
    seen = await scrape(server.url);
    await Promise.all([host.dispose(), guest.dispose(), stranger.dispose()]);
  });
  afterAll(() => server.close());

  test('what is there now', () => {
    expect(seen.value('peerql_sockets')).toBe(2);
    expect(seen.value('peerql_participants')).toBe(2);
    expect(seen.value('peerql_rooms')).toBe(1);
    expect(seen.value('peerql_mailbox_events')).toBe(0);
    expect(seen.value('peerql_password_hashes_waiting')).toBe(0);
    expect(seen.value('peerql_dependency_up', { dependency: 'store' })).toBe(1);
  });

  test.each([
    ['register', 'Success', 2],
    ['login', 'BadCredentialsError', 1],
    ['logout', 'UnauthenticatedError', 1],
    ['me', 'Success', 3],
    ['createRoom', 'Success', 1],
    ['sendOffer', 'Success', 1],
    ['sendIceCandidates', 'Success', 1],
    ['roomEvents', 'Success', 3],
    ['roomEvents', 'RoomNotFoundError', 1],
  ])('%s ended with %s', (operation, result, times) => {
    expect(seen.value('peerql_operations_total', { operation, result })).toBe(times);
    const timed = seen.value('peerql_operation_duration_seconds_count', { operation });
    expect(timed).toBe(seen.value('peerql_operations_total', { operation }));
  });

  test('signals, joins, resumes, closes and documents that were refused', () => {
    expect(seen.value('peerql_signals_total', { type: 'offer' })).toBe(1);
    expect(seen.value('peerql_signals_total', { type: 'candidates' })).toBe(1);
    expect(seen.value('peerql_joins_total')).toBe(2);
    expect(seen.value('peerql_resumes_total', { recovered: 'true' })).toBe(1);
    expect(seen.value('peerql_resumes_total', { recovered: 'false' })).toBe(0);
    expect(seen.value('peerql_socket_closes_total', { code: '1006' })).toBe(1);
    expect(seen.value('peerql_socket_closes_total', { code: '4401' })).toBe(1);
    expect(seen.value('peerql_documents_refused_total', { reason: 'INVALID' })).toBe(1);
    expect(seen.value('peerql_events_sent_total')).toBeGreaterThanOrEqual(7);
  });

  test('calls to the store, requests and the process', () => {
    const call = (name: string) =>
      seen.value('peerql_store_call_duration_seconds_count', { call: name });
    expect(call('accounts.insert')).toBe(2);
    expect(call('rooms.insert')).toBe(1);
    expect(seen.value('peerql_store_failures_total')).toBe(0);
    expect(
      seen.value('peerql_http_request_duration_seconds_count', { route: 'graphql', status: '200' }),
    ).toBeGreaterThanOrEqual(7);
    expect(seen.value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
    expect(seen.value('process_resident_memory_bytes')).toBeGreaterThan(1e7);
  });

  test('labels hold what this program knows, whatever a client calls things', async () => {
    const fields = [
      schema.getQueryType(),
      schema.getMutationType(),
      schema.getSubscriptionType(),
    ].flatMap((type) => Object.keys(type?.getFields() ?? {}));
    await post(server.graphqlUrl, 'query Mine_c0ffee { alias_c0ffee: me { id } }');
    await fetch(`${server.url}/`);
    await fetch(`${server.url}/c0ffee`);
    const now = await scrape(server.url);
    expect(fields).toEqual(expect.arrayContaining(now.valuesOf('operation', 'peerql_')));
    expect(now.valuesOf('route')).toEqual(['graphql', 'metrics', 'page']);
    expect(JSON.stringify(now.samples)).not.toContain('c0ffee');
    expect(now.samples.length).toBeLessThan(2000);
  });

  test('histograms add up, and every sample is of a metric that is declared', () => {
    for (const { name } of seen.samples) {
      const metric = name.replace(/_(bucket|sum|count)$/, '');
      expect(seen.types.has(name) || seen.types.get(metric) === 'histogram', name).toBe(true);
    }
    const series = seen.samples.filter(({ labels }) => labels.le === '+Inf');
    expect(series.length).toBeGreaterThan(10);
    for (const { name, labels, value } of series) {
      const { le: _, ...own } = labels;
      expect(seen.value(name.replace('_bucket', '_count'), own)).toBe(value);
      const buckets = seen.samples.filter(
        (one) => one.name === name && Object.entries(own).every(([k, v]) => one.labels[k] === v),
      );
      const counts = buckets.map((bucket) => bucket.value);
      expect(counts).toEqual([...counts].sort((a, b) => a - b));
    }
  });
});

test('a reader that is too slow is counted, and its socket’s code', async () => {
  const env = { MAILBOX_EVENTS: '1', SOCKET_BUFFER_BYTES: '65536', SIGNAL_BURST: '100000' };
  const server = await startServer({ env: { ...env, SIGNALS_PER_SECOND: '100000' } });
  const [ann, bob] = await Promise.all([
    register(server.graphqlUrl, 'Ann'),
    register(server.graphqlUrl, 'Bob'),
  ]);
  const { id: roomId } = await createRoom(server.graphqlUrl, ann);
  const host = new Participant(server.socketUrl, ann);
  const guest = new Participant(server.socketUrl, bob);
  await host.join({ roomId, clientKey: 'ann' });
  await guest.join({ roomId, clientKey: 'bob' });
  guest.stopReading();
  const sdp = 'x'.repeat(30_000);
  const deadline = Date.now() + 15_000;
  let overflows = 0;
  while (overflows === 0 && Date.now() < deadline) {
    const offers = Array.from({ length: 20 }, () => host.offer(roomId, guest.id, sdp));
    await Promise.allSettled(offers);
    overflows = (await scrape(server.url)).value('peerql_mailbox_overflows_total') ?? 0;
  }
  expect(overflows).toBe(1);
  guest.cut();
  await Promise.all([host.dispose(), guest.dispose()]);
  await server.close();
});
