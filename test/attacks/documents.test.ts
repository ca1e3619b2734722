import { expect } from 'vitest';
import { send } from '../kit/http.ts';
import { mutate } from '../kit/mutate.ts';
import { post, register } from '../kit/people.ts';
import { Wire } from '../kit/wire.ts';
import { attacks } from './attack.ts';
import { asStranger, bothWays, limitsOf } from './both-ways.ts';

/** Sent as JSON, it has a field of its own called `__proto__`. */
const PROTOTYPE_KEYS =
  '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"toString":"x","input":{"__proto__":{"name":"x"},"name":"Eve","email":"eve@example.com","password":"x","constructor":1}}';

const nested = (levels: number) => `${'{ me { sessions '.repeat(levels)}${'} }'.repeat(levels)}`;

attacks({ INTROSPECTION: 'off' }, (attack) => {
  for (const [name, query, limit] of [
    [
      'a deep document',
      `{ rooms { edges { node ${'{ participants { user '.repeat(6)} { id } ${'} }'.repeat(6)} } } }`,
      'depth',
    ],
    ['a wide document', `{ me { ${'id '.repeat(990)} } }`, 'fields'],
    ['too many tokens', nested(500), 'tokens'],
    [
      'aliases',
      `{ ${Array.from({ length: 16 }, (_, i) => `a${i}: __typename`).join(' ')} }`,
      'aliases',
    ],
    ['directives', `{ me { id ${'@include(if: true) '.repeat(26)} } }`, 'directives'],
    [
      'fragments that fan out',
      `{ me { ...F0 } } ${Array.from({ length: 30 }, (_, i) => `fragment F${i} on Account { id ...F${i + 1} ...F${i + 1} }`).join(' ')} fragment F30 on Account { id }`,
      'fields',
    ],
    ['fields that validation compares in pairs', `{ ${'me { id } '.repeat(200)} }`, 'overlaps'],
  ] as const) {
    attack(`${name}, over HTTP and WebSocket`, async (server) => {
      for (const got of await bothWays(server, query)) {
        expect(limitsOf(got)).toContain(limit);
        expect(got.data).toBeNull();
      }
      return `an error that names the limit "${limit}"; the socket stays open`;
    });
  }

  attack('a document of 70 KB', async (server) => {
    const query = `{ me { id } } ${'# padding '.repeat(7000)}`;
    expect((await post(server.graphqlUrl, query)).status).toBe(413);
    const wire = await Wire.ready(server.socketUrl);
    wire.subscribe('1', query);
    expect(await wire.closed()).toBe(1009);
    return '413, and a close with 1009';
  });

  attack('fragments in a circle', async (server) => {
    const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];
    const each = names.map((name) => `...${name}`).join(' ');
    for (const query of [
      '{ me { ...A } } fragment A on Account { ...B } fragment B on Account { ...A }',
      // By way of fields the circle is an ever deeper one, and of many fragments an ever wider one.
      '{ me { ...A } } fragment A on Account { sessions { ...A } }',
      `{ me { ${each} } } ${names.map((name) => `fragment ${name} on Account { sessions { ${each} } }`).join(' ')}`,
    ]) {
      for (const { errors } of await bothWays(server, query)) {
        expect(errors[0]?.message).toContain('Cannot spread fragment');
      }
    }
    // A circle that hides behind a namesake.
    const twice =
      '{ me { ...A } } fragment A on Account { id } fragment A on Account { sessions { ...A } }';
    for (const { errors } of await bothWays(server, twice)) {
      expect(errors[0]?.message).toContain('only one fragment named "A"');
    }
    return 'a validation error';
  });

  attack('one new document after the other', async (server) => {
    const refused = { http: 0, ws: 0 };
    const address = asStranger();
    const wire = await Wire.ready(server.socketUrl, undefined, { headers: address });
    for (let i = 0; i < 400; i += 1) {
      const filler = Array.from({ length: 240 }, (_, field) => `unknown${i}x${field}`).join(' ');
      const query = `query Q${i} { me { ${filler} } }`;
      const answer = await post(server.graphqlUrl, query, {}, address);
      if (answer.errors?.[0]?.extensions?.code === 'RATE_LIMITED') refused.http += 1;
      const { type, payload } = await wire.run(`${i}`, query);
      if (type === 'error' && JSON.stringify(payload).includes('RATE_LIMITED')) refused.ws += 1;
    }
    wire.end();
    expect(refused.http).toBeGreaterThan(0);
    expect(refused.ws).toBeGreaterThan(0);
    return `${refused.http} of 400 refused over HTTP and ${refused.ws} over WebSocket, before parsing`;
  });

  attack('introspection and hints where introspection is off', async (server) => {
    for (const got of await bothWays(server, '{ __schema { types { name } } }')) {
      expect(got.data).toBeNull();
    }
    for (const got of await bothWays(server, '{ me { emali } }')) {
      expect(got.errors[0]?.message).toBe('Cannot query field "emali".');
    }
    for (const got of await bothWays(server, '{ me(emali: 1) { id } }')) {
      expect(got.errors[0]?.message).toBe('Unknown argument "emali".');
    }
    const conflict =
      'mutation { createRoom(input: {}) { ... on InvalidInputError { a: message } ... on RateLimitedError { a: retryAfter } } }';
    for (const got of await bothWays(server, conflict)) {
      expect(got.errors[0]?.message).toContain('they return conflicting types.');
    }
    return 'a validation error without names of the schema';
  });

  attack('a batch of operations in one request', async (server) => {
    const login = 'mutation { login(input: {email: "a@b.c", password: "x"}) { __typename } }';
    const statuses: number[] = [];
    // Few, too: a server that takes batches may still refuse long ones.
    for (const length of [1, 2, 100]) {
      const answer = await send(server.graphqlUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          ...asStranger(),
        },
        body: JSON.stringify(Array.from({ length }, () => ({ query: login }))),
      });
      expect(answer.text).not.toContain('"data"');
      expect(answer.status).toBeGreaterThanOrEqual(400);
      statuses.push(answer.status);
    }
    return `${statuses.join(', ')}, nothing was run`;
  });

  attack('a body of 90 MB', async (server) => {
    const answer = await send(server.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"query":"${'x'.repeat(90 * 1024 * 1024)}"}`,
    }).catch((error: NodeJS.ErrnoException) => error.code);
    const got = typeof answer === 'object' ? answer.status : answer;
    expect([413, 'ECONNRESET', 'EPIPE']).toContain(got);
    return `${got}`;
  });

  attack('prototype keys in variables, names and ids', async (server) => {
    const query = 'mutation ($input: LoginInput!) { login(input: $input) { __typename } }';
    const body = `{"query":${JSON.stringify(query)},"variables":${PROTOTYPE_KEYS},"operationName":null}`;
    const answer = await send(server.graphqlUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...asStranger(),
      },
      body,
    });
    expect(answer.text).not.toContain('INTERNAL');
    expect(JSON.parse(answer.text).data?.login ?? null).toBeNull();
    for (const id of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const wire = await Wire.ready(server.socketUrl);
      const named = `{"id":${JSON.stringify(id)},"type":"subscribe","payload":{"query":"query X { __typename }","operationName":"${id}","variables":${PROTOTYPE_KEYS}}}`;
      wire.send(named);
      wire.send({ type: 'subscribe', id, payload: { query: '{ __typename }' } });
      wire.send({ type: 'complete', id });
      const last = await wire.run('last', '{ __typename }').catch(() => null);
      // An answer, or a close code of the protocol.
      expect(last?.type ?? wire.close?.code).toBeOneOf(['next', 4400, 4409]);
      wire.end();
    }
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
    return 'errors about the input; nothing is inherited from it';
  });

  attack('invalid UTF-8', async (server) => {
    const bytes = Buffer.concat([
      Buffer.from('{"query":"'),
      Buffer.from([0xc3, 0x28, 0xff]),
      Buffer.from('"}'),
    ]);
    const answer = await fetch(server.graphqlUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...asStranger(),
      },
      body: bytes,
    });
    expect(answer.status).toBeLessThan(500);
    const wire = await Wire.ready(server.socketUrl);
    wire.ws.send(bytes, { binary: false });
    expect(await wire.closed()).toBe(1007);
    const binary = await Wire.ready(server.socketUrl);
    binary.ws.send(bytes, { binary: true });
    expect(await binary.closed()).toBe(4400);
    return 'a syntax error, and closes with 1007 and 4400';
  });

  attack('text that others would interpret', async (server) => {
    const name = `<img src=x onerror=alert(1)> \u202e`;
    const input = {
      name,
      email: `x-${Date.now()}@example.com`,
      password: 'correct horse battery',
      delivery: 'BEARER',
    };
    const outcome = await mutate(server.graphqlUrl, 'register', input, 'account { name } token');
    expect(outcome).toMatchObject({ account: { name: '<img src=x onerror=alert(1)>' } });
    const forged = { ...input, name: 'Eve\nnext line' };
    const refused = await mutate(server.graphqlUrl, 'register', forged, 'token');
    expect(refused.issues).toEqual([
      { path: 'name', message: 'must not contain control characters' },
    ]);
    const { token } = await register(server.graphqlUrl);
    server.keepsSecret(token);
    const answer = await send(server.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: '{ me { name } }' }),
    });
    expect(answer.headers['content-type']).toMatch(/^application\/(graphql-response\+)?json/);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    return 'the text that is seen back, as JSON that no browser sniffs; no control characters';
  });
});
