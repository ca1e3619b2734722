import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CookieFetch } from '../kit/cookie-fetch.ts';
import { testOfOwnPort } from '../kit/mounts.ts';
import { createRoom, type Person, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { refusedUpgrade, Wire } from '../kit/wire.ts';

const MESSAGE_BYTES = 4096;
const FRAGMENTS = 4;
const FRONTEND = 'https://app.example.com';

let server: TestServer;
let ann: Person;

beforeAll(async () => {
  server = await startServer({
    env: {
      FRONTEND_URL: FRONTEND,
      MAX_MESSAGE_BYTES: String(MESSAGE_BYTES),
      MAX_MESSAGE_FRAGMENTS: String(FRAGMENTS),
      CONNECTION_INIT_SECONDS: '1',
    },
  });
  ann = await register(server.graphqlUrl);
});

afterAll(() => server.close());

const ROOM_EVENTS = 'subscription($id: ID!) { roomEvents(roomId: $id) { __typename cursor } }';

describe('the upgrade', () => {
  test.each(['https://evil.example', 'null', 'http://app.example.com'])(
    'from %s is refused with 403',
    async (origin) => {
      expect(await refusedUpgrade(server.socketUrl, { origin })).toBe(403);
    },
  );

  test('from a front end, from the page of the server itself and from a program is taken', async () => {
    for (const origin of [FRONTEND, server.url, undefined]) {
      const wire = await Wire.ready(server.socketUrl, ann.token, origin ? { origin } : {});
      expect(wire.frames[0]?.type).toBe('connection_ack');
      wire.end();
    }
  });

  testOfOwnPort('of another path is 404', async () => {
    expect(await refusedUpgrade(`${server.socketUrl}/x`, {})).toBe(404);
  });

  test('without the subprotocol is closed with 4406', async () => {
    const wire = await Wire.open(server.socketUrl, {}, []);
    expect(await wire.closed()).toBe(4406);
  });
});

describe('connection_init', () => {
  test('is acknowledged with the end of the session, the heartbeat, who it is and how much it may send', async () => {
    const wire = await Wire.ready(server.socketUrl, ann.token);
    expect(wire.frames[0]).toEqual({
      type: 'connection_ack',
      payload: {
        sessionExpiresAt: expect.stringMatching(/Z$/),
        heartbeatSeconds: 4,
        accountId: expect.any(String),
        messageBytes: 4096,
      },
    });
    wire.end();
  });

  test('without a token is signed out', async () => {
    const wire = await Wire.ready(server.socketUrl);
    expect(wire.frames[0]?.payload).toMatchObject({ sessionExpiresAt: null });
    expect(await wire.run('1', '{ me { id } }')).toMatchObject({ payload: { data: { me: null } } });
    wire.end();
  });

  test('with a token that is worth nothing is closed with 4401', async () => {
    const wire = await Wire.ready(server.socketUrl, `${ann.token.slice(0, -3)}xxx`);
    expect(await wire.closed()).toBe(4401);
  });

  test('with a cookie is signed in by it', async () => {
    const jar = new CookieFetch();
    const query = 'mutation($input: LoginInput!) { login(input: $input) { __typename } }';
    const { email, password } = ann;
    await jar.fetch(server.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { input: { email, password } } }),
    });
    const headers = { cookie: jar.header };
    const wire = await Wire.ready(server.socketUrl, undefined, { headers });
    const answer = await wire.run('1', '{ me { id } }');
    expect(answer.payload).toEqual({ data: { me: { id: ann.accountId } } });
    wire.end();
  });

  test('that does not come within CONNECTION_INIT_SECONDS is closed with 4408', async () => {
    const started = Date.now();
    const late = await Wire.open(server.socketUrl);
    expect(await late.closed()).toBe(4408);
    expect(Date.now() - started).toBeGreaterThanOrEqual(990);
  });

  test('that came in time keeps the socket past CONNECTION_INIT_SECONDS', async () => {
    const [wire, late] = await Promise.all([
      Wire.ready(server.socketUrl, ann.token),
      Wire.open(server.socketUrl),
    ]);
    await late.closed();
    expect((await wire.run('1', '{ __typename }')).type).toBe('next');
    wire.end();
  });

  test('said twice is closed with 4429', async () => {
    const wire = await Wire.ready(server.socketUrl, ann.token);
    wire.send({ type: 'connection_init' });
    expect(await wire.closed()).toBe(4429);
  });

  test('must come before an operation: 4401', async () => {
    const wire = await Wire.open(server.socketUrl);
    wire.subscribe('1', '{ __typename }');
    expect(await wire.closed()).toBe(4401);
  });
});

describe('operations', () => {
  test('one id for two subscriptions is closed with 4409', async () => {
    const room = await createRoom(server.graphqlUrl, ann);
    const wire = await Wire.ready(server.socketUrl, ann.token);
    wire.subscribe('1', ROOM_EVENTS, { id: room.id });
    await wire.next(({ type }) => type === 'next');
    wire.subscribe('1', '{ __typename }');
    expect(await wire.closed()).toBe(4409);
  });

  test('one id for a subscription that is still beginning is closed with 4409', async () => {
    const room = await createRoom(server.graphqlUrl, ann);
    const wire = await Wire.ready(server.socketUrl, ann.token);
    wire.subscribe('1', ROOM_EVENTS, { id: room.id });
    wire.subscribe('1', ROOM_EVENTS, { id: room.id });
    expect(await wire.closed()).toBe(4409);
  });

  test('an id of an operation that is still being answered is closed with 4409', async () => {
    const wire = await Wire.ready(server.socketUrl, ann.token);
    wire.subscribe('1', '{ rooms { edges { cursor } } }');
    wire.subscribe('1', '{ rooms { edges { cursor } } }');
    expect(await wire.closed()).toBe(4409);
  });

  test('a subscription with the id of an operation that is still being answered: 4409', async () => {
    const room = await createRoom(server.graphqlUrl, ann);
    const wire = await Wire.ready(server.socketUrl, ann.token);
    wire.subscribe('1', '{ rooms { edges { cursor } } }');
    wire.subscribe('1', ROOM_EVENTS, { id: room.id });
    expect(await wire.closed()).toBe(4409);
  });

  test('an id is free again once its operation is over', async () => {
    const wire = await Wire.ready(server.socketUrl, ann.token);
    for (let round = 0; round < 3; round += 1) {
      wire.frames.length = 0;
      expect((await wire.run('1', '{ __typename }')).type).toBe('next');
      await wire.next(({ type, id }) => type === 'complete' && id === '1');
    }
    wire.end();
  });

  test('an operation that the client completes gets no answer', async () => {
    const wire = await Wire.ready(server.socketUrl, ann.token);
    wire.subscribe('1', '{ rooms { edges { cursor } } }');
    wire.send({ type: 'complete', id: '1' });
    await wire.run('2', '{ rooms { edges { cursor } } }');
    expect(wire.frames.filter(({ id }) => id === '1')).toEqual([]);
    wire.end();
  });

  test.each([
    ['', JSON.stringify({ type: 'complete', id: '1' })],
    [', also with escaped letters', '{"type":"\\u0063omplete","id":"1"}'],
  ])(
    'a subscription that the client completes has left, and its id is free%s',
    async (_how, message) => {
      const room = await createRoom(server.graphqlUrl, ann);
      const wire = await Wire.ready(server.socketUrl, ann.token);
      for (let round = 0; round < 2; round += 1) {
        wire.frames.length = 0;
        wire.subscribe('1', ROOM_EVENTS, { id: room.id });
        const first = await wire.next(({ type }) => type === 'next');
        expect(first.payload).toMatchObject({
          data: { roomEvents: { __typename: 'RoomSnapshot' } },
        });
        wire.send(message);
        const answer = await wire.run(
          '2',
          'query($id: ID!) { room(id: $id) { participants { id } } }',
          {
            id: room.id,
          },
        );
        expect(answer.payload).toEqual({ data: { room: { participants: [] } } });
        expect(wire.frames.filter(({ id, type }) => id === '1' && type === 'complete')).toEqual([]);
      }
      wire.end();
    },
  );

  test('a subscription whose events end is completed, and its id is free', async () => {
    const wire = await Wire.ready(server.socketUrl, ann.token);
    for (let round = 0; round < 2; round += 1) {
      wire.frames.length = 0;
      wire.subscribe('1', ROOM_EVENTS, { id: 'f'.repeat(16) });
      await wire.next(({ type, id }) => type === 'complete' && id === '1');
      expect(wire.frames.map(({ type }) => type)).toEqual(['next', 'complete']);
    }
    wire.end();
  });

  test('a subscription that cannot begin is answered with the reason, and completed', async () => {
    const wire = await Wire.ready(server.socketUrl);
    wire.subscribe('1', ROOM_EVENTS, { id: 'f'.repeat(16) });
    await wire.next(({ type, id }) => type === 'complete' && id === '1');
    const [, answer] = wire.frames;
    expect(answer).toMatchObject({
      type: 'next',
      payload: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    });
    wire.end();
  });

  test.each([
    ['a syntax error', '{', 'Syntax Error'],
    ['an unknown field', '{ nothing }', 'Cannot query field'],
    ['no operation', 'fragment F on Query { __typename }', ''],
  ])('%s answers that operation and leaves the socket open', async (_name, query, message) => {
    const wire = await Wire.ready(server.socketUrl, ann.token);
    const answer = await wire.run('1', query);
    expect(answer).toMatchObject({
      id: '1',
      type: 'error',
      payload: [{ message: expect.stringContaining(message) }],
    });
    expect((await wire.run('2', '{ __typename }')).payload).toEqual({
      data: { __typename: 'Query' },
    });
    wire.end();
  });

  test('variables that cannot be coerced answer that operation, at every run', async () => {
    const wire = await Wire.ready(server.socketUrl, ann.token);
    const query = 'query($id: ID!) { room(id: $id) { id } }';
    const answers = new Set<string>();
    for (let run = 0; run < 4; run += 1) {
      const { type, payload } = await wire.run(`${run}`, query, { id: { no: 'id' } });
      answers.add(JSON.stringify([type, payload]));
    }
    expect(answers.size).toBe(1);
    expect([...answers][0]).toContain('$id');
    expect(wire.close).toBeNull();
    wire.end();
  });

  test('who is signed out is told so, and the socket stays open', async () => {
    const wire = await Wire.ready(server.socketUrl);
    const { payload } = await wire.run('1', '{ rooms { edges { cursor } } }');
    expect(payload).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    wire.subscribe('2', ROOM_EVENTS, { id: '0123456789abcdef' });
    const refused = await wire.next(({ id, type }) => id === '2' && type !== 'complete');
    expect(JSON.stringify(refused.payload)).toContain('UNAUTHENTICATED');
    expect(wire.close).toBeNull();
    wire.end();
  });
});

describe('messages', () => {
  test.each([
    ['no JSON', '{'],
    ['no object', '"subscribe"'],
    ['an unknown type', '{"type":"start"}'],
    ['connection_ack, which only a server sends', '{"type":"connection_ack"}'],
    ['next, which only a server sends', '{"type":"next","id":"1","payload":{}}'],
    ['error, which only a server sends', '{"type":"error","id":"1","payload":[{"message":"x"}]}'],
    ['no id', '{"type":"subscribe","payload":{"query":"{ __typename }"}}'],
    ['no query', '{"type":"subscribe","id":"1","payload":{}}'],
    [
      'variables that are no object',
      '{"type":"subscribe","id":"1","payload":{"query":"{me{id}}","variables":[1]}}',
    ],
  ])('%s: 4400', async (_name, text) => {
    const wire = await Wire.ready(server.socketUrl, ann.token);
    wire.send(text);
    expect(await wire.closed()).toBe(4400);
  });

  test('a binary message: 4400', async () => {
    const wire = await Wire.ready(server.socketUrl, ann.token);
    wire.send(Buffer.from('{"type":"ping"}'));
    expect(await wire.closed()).toBe(4400);
  });

  test('a ping is answered', async () => {
    const wire = await Wire.ready(server.socketUrl, ann.token);
    wire.send({ type: 'ping' });
    await wire.next(({ type }) => type === 'pong');
    wire.end();
  });

  test('a close says nothing of the inside of the server', async () => {
    const wire = await Wire.ready(server.socketUrl, ann.token);
    wire.send('{');
    await wire.closed();
    expect(wire.close?.reason).not.toMatch(/at |\.ts|\.js|node_modules/);
  });

  test('MAX_MESSAGE_BYTES: at it is answered, past it is closed with 1009', async () => {
    const wire = await Wire.ready(server.socketUrl, ann.token);
    const start =
      '{"type":"subscribe","id":"1","payload":{"query":"{ __typename }","variables":{"x":"';
    const message = (bytes: number) => `${start}${'x'.repeat(bytes - start.length - 4)}"}}}`;
    wire.send(message(MESSAGE_BYTES));
    await wire.next(({ type }) => type === 'next');
    wire.send(message(MESSAGE_BYTES + 1));
    expect(await wire.closed()).toBe(1009);
  });

  test('MAX_MESSAGE_FRAGMENTS: at it is answered, past it the socket is closed', async () => {
    const wire = await Wire.ready(server.socketUrl, ann.token);
    const inFragments = (count: number) => {
      const text = JSON.stringify({ type: 'ping', payload: { count } });
      for (let index = 0; index < count - 1; index += 1) {
        wire.ws.send(text.slice(index, index + 1), { fin: false });
      }
      wire.ws.send(text.slice(count - 1), { fin: true });
    };
    inFragments(FRAGMENTS);
    await wire.next(({ type }) => type === 'pong');
    inFragments(FRAGMENTS + 1);
    expect([1002, 1008, 1009]).toContain(await wire.closed());
  });
});
