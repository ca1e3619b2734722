import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from 'graphql-ws';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../../src/domain/clock.ts';
import { UnavailableError } from '../../src/domain/errors.ts';
import { type Departure, Mailbox } from '../../src/domain/mailbox.ts';
import type { RoomEvent } from '../../src/domain/signaling/event.ts';
import type { JoiningClient } from '../../src/domain/signaling/joining-client.ts';
import { ExecutionBudget } from '../../src/execution/execution-budget.ts';
import { Operations } from '../../src/execution/operations.ts';
import { TimeBudget } from '../../src/execution/time-budget.ts';
import type { Services } from '../../src/graphql/context.ts';
import { schema } from '../../src/graphql/schema.ts';
import { Metrics } from '../../src/observability/metrics.ts';
import { ClientAddresses } from '../../src/transport/client-address.ts';
import { OriginPolicy } from '../../src/transport/origin.ts';
import { SessionCookie } from '../../src/transport/session-cookie.ts';
import { WebSocketSide } from '../../src/transport/websocket/server.ts';
import { takeUpgrades } from '../../src/transport/websocket/upgrades.ts';
import { KeptLog } from '../kit/log.ts';
import { until } from '../kit/waiting.ts';

const MANY = 1_000_000;
const JOIN = 'subscription { roomEvents(roomId: "a", clientKey: "tab") { __typename } }';

/** What the services do here; each test sets what it is about. */
let authenticate: () => Promise<unknown>;
let join: (client?: JoiningClient) => Promise<Mailbox<RoomEvent>>;
let ended: boolean;
let side: WebSocketSide;
let http: Server;
let url: string;

beforeEach(async () => {
  ended = false;
  authenticate = async () => ({
    accountId: 'ann',
    name: 'Ann',
    sessionId: 'session',
    guestOf: null,
    grant: null,
    expiresAt: new Date(Date.now() + 60_000),
  });
  const services = {
    sessions: {
      hasEnded: () => ended,
      onEnded: () => {},
      onExtended: () => {},
    },
    authentication: { ofConnection: () => authenticate() },
    signaling: { onRenamed: () => {} },
    joining: {
      join: (_caller: unknown, _request: unknown, client: JoiningClient) => join(client),
    },
  } as unknown as Services;
  const log = new KeptLog();
  const operations = new Operations({
    schema,
    introspection: true,
    persisted: null,
    preparing: new TimeBudget(1000, 500),
    execution: new ExecutionBudget({ perAccountMs: 1000, perAddressMs: 1000 }),
    log,
    limits: {
      bytes: MANY,
      tokens: MANY,
      depth: MANY,
      aliases: MANY,
      directives: MANY,
      fields: MANY,
      overlaps: MANY,
      name: MANY,
      objects: MANY,
      errorLength: MANY,
      variables: { items: MANY, depth: MANY },
      cached: 10,
    },
  });
  side = new WebSocketSide({
    counts: new Metrics(),
    operations,
    services,
    clock: systemClock,
    log,
    origins: new OriginPolicy([]),
    cookie: new SessionCookie(false, []),
    admits: () => true,
    addresses: new ClientAddresses([]),
    tally: null,
    pathPrefix: '',
    identity: null,
    limits: {
      messageBytes: MANY,
      messageFragments: MANY,
      connectionInitMs: 3000,
      heartbeatMs: 60_000,
      messagesPerSecond: MANY,
      messagesPerSecondPerAddress: MANY,
      subscriptionsPerSocket: 10,
      operationIdLength: 128,
      pingLength: 1024,
      socketsPerUser: 10,
      socketsPerAddress: 10,
      socketBufferBytes: MANY,
      unreadBytes: MANY,
      sessionWarningMs: MANY,
    },
  });
  http = createServer();
  takeUpgrades(http, side, (_socket, then) => then());
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`;
});

afterEach(async () => {
  for (const connection of side.sockets) connection.terminate();
  await side.drain(1);
  await new Promise((resolve) => http.close(resolve));
});

/** Subscribes as a client that takes nothing for an answer; gives its socket and what became of it. */
function subscribe() {
  const seen = { closes: [] as number[], results: [] as unknown[] };
  let socket: WebSocket | null = null;
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams: { token: 'x' },
    retryAttempts: 0,
    on: {
      opened: (opened) => {
        socket = opened as WebSocket;
      },
      closed: (event) => seen.closes.push((event as { code: number }).code),
    },
  });
  const end = (result: unknown) => seen.results.push(result);
  const unsubscribe = client.subscribe(
    { query: JOIN },
    { next: (result) => seen.results.push(result), error: end, complete: () => {} },
  );
  return { seen, unsubscribe, socket: () => socket };
}

test('a session that ends while its socket is being signed in: 4401 at once', async () => {
  const signIn = authenticate;
  authenticate = async () => {
    const caller = await signIn();
    ended = true;
    return caller;
  };
  const { seen } = subscribe();
  await until(() => seen.closes.length > 0, 'a close');
  expect(seen.closes).toEqual([4401]);
});

test('a part of the server that is away closes the socket with 1013, which stock clients retry', async () => {
  authenticate = () => Promise.reject(new UnavailableError('The store does not answer.'));
  const atSignIn = subscribe();
  await until(() => atSignIn.seen.closes.length > 0, 'a close');
  expect(atSignIn.seen.closes).toEqual([1013]);
});

test('the same at a join: an answer would be the end of the subscription', async () => {
  join = () => Promise.reject(new UnavailableError('The store does not answer.'));
  const atJoin = subscribe();
  await until(() => atJoin.seen.closes.length > 0, 'a close');
  expect(atJoin.seen.closes).toEqual([1013]);
  expect(
    atJoin.seen.results.filter((result) => result !== null && 'data' in Object(result)),
  ).toEqual([]);
});

/** A join that takes until it is let go, and how the reader of its mailbox went. */
function slowJoin() {
  const mailbox = new Mailbox<RoomEvent>(10);
  const departures: Departure[] = [];
  let began = false;
  let joining: JoiningClient | undefined;
  let finish = () => {};
  join = (client) => {
    began = true;
    joining = client;
    return new Promise((resolve) => {
      finish = () => {
        mailbox.onDeparture((how) => departures.push(how));
        mailbox.open([]);
        resolve(mailbox);
      };
    });
  };
  const client = () => joining;
  return {
    client,
    departures,
    begun: () => until(() => began, 'the join'),
    finish: () => finish(),
  };
}

test('a join knows whether its socket is there, and whether it is still wanted', async () => {
  for (const go of ['cut', 'close', 'unsubscribe'] as const) {
    const slow = slowJoin();
    const { socket, unsubscribe } = subscribe();
    await slow.begun();
    // graphql-ws comes back after a normal close, and that is another client.
    const client = slow.client();
    expect(client?.isThere(), go).toBe(true);
    if (go === 'cut') socket()?.terminate();
    else if (go === 'close') socket()?.close(1000);
    else unsubscribe();
    await until(() => client?.isThere() === false, `${go} to be noticed`);
    unsubscribe();
    slow.finish();
    await until(() => side.sockets.size === 0, 'the end of the socket');
  }
});

test('a socket that is lost while its join is under way has not left', async () => {
  const slow = slowJoin();
  const { socket } = subscribe();
  await slow.begun();
  socket()?.terminate();
  await until(() => side.sockets.size === 0, 'the loss to be seen');
  slow.finish();
  await until(() => slow.departures.length > 0, 'the departure');
  expect(slow.departures).toEqual(['lost']);
});

test('nor has one that the server closes meanwhile', async () => {
  const slow = slowJoin();
  const { seen } = subscribe();
  await slow.begun();
  const drained = side.drain(1);
  slow.finish();
  await until(() => slow.departures.length > 0, 'the departure');
  expect(slow.departures).toEqual(['lost']);
  await drained;
  expect(seen.closes).toEqual([1012]);
});

test('one that closes normally, or unsubscribes, while its join is under way has', async () => {
  for (const leave of ['close', 'unsubscribe'] as const) {
    const slow = slowJoin();
    const { socket, unsubscribe } = subscribe();
    await slow.begun();
    if (leave === 'close') socket()?.close(1000);
    // On a socket that closes already this says nothing; it keeps the client from coming again.
    unsubscribe();
    await until(() => side.sockets.size === 0, 'the end of the socket');
    slow.finish();
    await until(() => slow.departures.length > 0, 'the departure');
    expect(slow.departures, leave).toEqual(['unsubscribed']);
  }
});
