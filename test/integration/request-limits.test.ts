import { getIntrospectionQuery } from 'graphql';
import { expect, test } from 'vitest';
import { type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { Wire } from '../kit/wire.ts';

const SEND =
  'mutation ($input: SendIceCandidatesInput!) { sendIceCandidates(input: $input) { __typename } }';

async function within(
  env: Record<string, string>,
  run: (server: TestServer, ann: Person, wire: Wire) => Promise<void>,
): Promise<void> {
  const server = await startServer({ env });
  const ann = await register(server.graphqlUrl);
  const wire = await Wire.ready(server.socketUrl, ann.token);
  await run(server, ann, wire);
  wire.end();
  await server.close();
}

/** Variables of 4 items and 4 levels, and those of the candidates. */
const candidates = (...more: unknown[]) => ({
  input: { roomId: '0', to: 'x', candidates: [...more] },
});
const candidate = { candidate: '' };

test.each([
  ['items', 'MAX_VARIABLE_ITEMS', 10, candidates(candidate, candidate, candidate)],
  ['depth', 'MAX_VARIABLE_DEPTH', 3, candidates(candidate)],
] as const)('%s of variables: %s', async (limit, variable, max, at) => {
  const past =
    limit === 'items'
      ? candidates(candidate, candidate, candidate, null)
      : candidates({ candidate: [] });
  await within({ [variable]: `${max}` }, async (server, ann, wire) => {
    const error = { extensions: { code: 'VARIABLES_TOO_BIG', limit, max } };
    expect(await post(server.graphqlUrl, SEND, at, ann.headers)).toMatchObject({
      status: 200,
      errors: undefined,
    });
    expect(await wire.run('at', SEND, at)).toMatchObject({ payload: { data: {} } });
    const answer = await post(server.graphqlUrl, SEND, past, ann.headers);
    expect(answer.errors).toMatchObject([error]);
    expect(await wire.run('past', SEND, past)).toMatchObject({ payload: { errors: [error] } });
    expect(await wire.run('after it', '{ __typename }')).toMatchObject({ type: 'next' });
  });
});

test('of wrong variables a few are told, on a compiled operation too', async () => {
  await within({}, async (server, ann) => {
    const wrong = candidates(...Array.from({ length: 100 }, () => ({ candidate: 5 })));
    for (let run = 0; run < 4; run += 1) {
      const { errors } = await post(server.graphqlUrl, SEND, wrong, ann.headers);
      expect(errors?.map(({ message }) => message)).toEqual([
        ...[0, 1, 2].map((index) => expect.stringContaining(`candidates[${index}].candidate`)),
        expect.stringContaining('Too many errors'),
      ]);
      expect(errors?.[0]).toMatchObject({ locations: [{ line: 1, column: 11 }] });
      // What is right runs in between, and so compiles it.
      await post(server.graphqlUrl, SEND, candidates(candidate), ann.headers);
    }
  });
});

test('MAX_ERROR_LENGTH: what an error repeats is cut', async () => {
  await within({ MAX_ERROR_LENGTH: '100' }, async (server, ann, wire) => {
    const query = `{ room(id: "x", name: 5) { id } me(x: ${JSON.stringify('y'.repeat(300))}) { id(z: ${'z'.repeat(100)}) } }`;
    const operationName = 'n'.repeat(300);
    const input = { roomId: 'x', to: 'y', candidates: 'z'.repeat(300) };
    const answers = [
      await post(server.graphqlUrl, query, {}, ann.headers),
      await post(server.graphqlUrl, SEND, { input }, ann.headers),
    ];
    wire.send({
      type: 'subscribe',
      id: '1',
      payload: { query: '{ __typename }', operationName },
    });
    const { payload } = await wire.next(({ id }) => id === '1');
    const messages = [
      ...answers.flatMap(({ errors }) => errors ?? []),
      ...(payload as { message: string }[]),
    ].map(({ message }) => message);
    expect(messages.length).toBeGreaterThan(2);
    for (const message of messages) expect(message.length).toBeLessThanOrEqual(100);
    expect(messages.at(-1)).toMatch(/^The document has no operation named "n+…$/);
  });
});

test('MAX_OPERATION_ID_LENGTH: a longer id closes the socket', async () => {
  await within({ MAX_OPERATION_ID_LENGTH: '40' }, async (_server, _ann, wire) => {
    expect(await wire.run('i'.repeat(40), '{ __typename }')).toMatchObject({ type: 'next' });
    wire.subscribe('i'.repeat(41), '{ __typename }');
    expect(await wire.closed()).toBe(4400);
  });
  await within({ MAX_OPERATION_ID_LENGTH: '40' }, async (_server, _ann, wire) => {
    // Escaped letters are letters (RFC 8259 §7).
    const payload = { query: '{ __typename }' };
    const message = JSON.stringify({ type: 'subscribe', id: 'i'.repeat(41), payload });
    wire.send(message.replace('subscribe', 'sub\\u0073cribe'));
    expect(await wire.closed()).toBe(4400);
  });
});

test('an id in use closes the socket, however much of it the reason could hold', async () => {
  await within({}, async (server, ann, wire) => {
    const room = await post<{ createRoom: { room: { id: string } } }, object>(
      server.graphqlUrl,
      'mutation { createRoom(input: {}) { ... on CreateRoomSuccess { room { id } } } }',
      {},
      ann.headers,
    );
    const id = '€'.repeat(128);
    const follow = `subscription { roomEvents(roomId: "${room.data?.createRoom.room.id}") { __typename } }`;
    wire.subscribe(id, follow);
    await wire.next(({ type }) => type === 'next');
    wire.subscribe(id, follow);
    expect(await wire.closed()).toBe(4409);
  });
});

test('MAX_PING_LENGTH: a longer message that begins nothing closes the socket', async () => {
  await within({ MAX_PING_LENGTH: '100' }, async (_server, _ann, wire) => {
    const ping = (length: number) => {
      const empty = JSON.stringify({ type: 'ping', payload: { x: '' } });
      return JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(length - empty.length) } });
    };
    wire.send(ping(100));
    expect(await wire.next(({ type }) => type === 'pong')).toHaveProperty('payload.x');
    wire.send(ping(101));
    expect(await wire.closed()).toBe(4400);
  });
});

// It is executed each time, since it does not ask for the schema alone.
const DEAR = getIntrospectionQuery().replace('{', '{ me { id }');

test.each([
  ['EXECUTION_MS_PER_SECOND', 'EXECUTION_MS_PER_SECOND_PER_ADDRESS'],
  ['EXECUTION_MS_PER_SECOND_PER_ADDRESS', 'EXECUTION_MS_PER_SECOND'],
] as const)('%s: whoever takes more is refused, until time has passed', async (variable, other) => {
  await within({ [variable]: '5', [other]: '1000' }, async (server, ann, wire) => {
    let refused = 0;
    for (let call = 0; call < 400 && refused === 0; call += 1) {
      const { errors } = await post(server.graphqlUrl, DEAR, {}, ann.headers);
      if (errors?.[0]?.extensions?.code === 'RATE_LIMITED') refused += 1;
    }
    expect(refused).toBe(1);
    expect(await wire.run('1', '{ __typename }')).toMatchObject({
      payload: { errors: [{ extensions: { code: 'RATE_LIMITED' } }] },
    });
    // Another account, or another address, has its own; from the same address it is the account that counts.
    const answer = await post(server.graphqlUrl, '{ __typename }');
    expect(answer.errors === undefined).toBe(variable === 'EXECUTION_MS_PER_SECOND');
  });
});

test('the schema is told once a document, and from what was answered before', async () => {
  await within({}, async (server) => {
    const ask = (query: string) => post(server.graphqlUrl, query);
    const once = '{ __schema { queryType { name } } }';
    expect(await ask(once)).toMatchObject({ data: { __schema: { queryType: { name: 'Query' } } } });
    expect(await ask(`\n#\n${once}`)).toMatchObject({
      data: { __schema: { queryType: { name: 'Query' } } },
    });
    for (const twice of [
      '{ __schema { queryType { name } } a: __schema { queryType { name } } }',
      '{ ...F ...F } fragment F on Query { __schema { queryType { name } } }',
    ]) {
      expect((await ask(twice)).errors).toMatchObject([{ extensions: { limit: '__schema' } }]);
    }
    const types = Array.from({ length: 15 }, (_, i) => `t${i}: types { ...T }`).join(' ');
    const dear = `{ __schema { ${types} } } fragment T on __Type { fields { args { type { name } } } }`;
    expect((await ask(dear)).errors).toMatchObject([{ extensions: { limit: 'objects' } }]);
  });
});

test('GraphQL answers are not stored, whatever they are', async () => {
  await within({}, async (server) => {
    for (const [path, init] of [
      ['?query={__typename}', { headers: { accept: 'application/json' } }],
      ['?query={', { headers: { accept: 'application/json' } }],
      ['', { method: 'POST', body: '{"query":"{ __typename }"}' }],
      ['', { method: 'POST', body: 'nothing' }],
      ['', { method: 'POST', headers: { 'content-type': 'text/plain', cookie: 'session=x' } }],
      ['', { method: 'PUT' }],
    ] as const) {
      const headers = {
        'content-type': 'application/json',
        ...('headers' in init && init.headers),
      };
      const answer = await fetch(`${server.graphqlUrl}${path}`, { ...init, headers });
      await answer.arrayBuffer();
      expect(answer.headers.get('cache-control'), JSON.stringify(init)).toBe('no-store');
    }
  });
});

test('in production the schema is hidden unless INTROSPECTION=on, and errors of variables name nothing of it', async () => {
  const production = { NODE_ENV: 'production', JWT_SECRET: 'x'.repeat(32) };
  await within({ ...production, INTROSPECTION: 'on' }, async (server) => {
    expect((await post(server.graphqlUrl, '{ __schema { queryType { name } } }')).errors).toBe(
      undefined,
    );
  });
  await within(production, async (server, ann) => {
    const { errors } = await post(server.graphqlUrl, '{ __schema { queryType { name } } }');
    expect(errors?.[0]?.message).toContain('introspection');
    const create =
      'mutation ($input: CreateRoomInput!) { createRoom(input: $input) { __typename } }';
    for (let run = 0; run < 3; run += 1) {
      for (const input of [{ access: 'OPN' }, { acess: 'OPEN' }, { capacity: 'x' }, 5, null]) {
        const answer = await post(server.graphqlUrl, create, { input }, ann.headers);
        expect(answer.errors?.map(({ message }) => message)).toEqual([
          'Variable "$input" got an invalid value.',
        ]);
      }
    }
    for (const query of [
      'mutation { createRoom(input: {access: OPN}) { __typename } }',
      'mutation { createRoom(input: {acess: OPEN}) { __typename } }',
      'mutation { login(input: {}) { __typename } }',
      'mutation { login { __typename } }',
      '{ room }',
      'query ($x: Int) { room(id: $x) { id } }',
    ]) {
      const { errors } = await post(server.graphqlUrl, query, {}, ann.headers);
      expect(JSON.stringify(errors)).not.toMatch(
        /OPEN"|access\b|LoginInput|CreateRoomInput|password|ID!|"Room"|Did you mean/,
      );
    }
  });
});
