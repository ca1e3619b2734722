import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { Wire } from '../kit/wire.ts';

const typenames = (count: number) => '__typename '.repeat(count);
const padded = (bytes: number, filler: string) => {
  const query = '{ __typename } #';
  const missing = bytes - query.length;
  const size = Buffer.byteLength(filler);
  return query + filler.repeat(Math.floor(missing / size)) + 'x'.repeat(missing % size);
};

/** A document at each limit, and documents just past it. */
const CASES: readonly [
  limit: string,
  variable: string,
  value: number,
  at: string,
  past: string[],
][] = [
  ['bytes', 'MAX_DOCUMENT_BYTES', 300, padded(300, 'x'), [padded(301, 'x'), padded(301, '€')]],
  ['bytes', 'MAX_DOCUMENT_BYTES', 400, padded(400, '€'), [padded(401, '€')]],
  ['tokens', 'MAX_DOCUMENT_TOKENS', 20, `{ ${typenames(18)} }`, [`{ ${typenames(19)} }`]],
  [
    'depth',
    'MAX_DOCUMENT_DEPTH',
    3,
    '{ rooms { edges { cursor } } }',
    [
      '{ rooms { edges { node { id } } } }',
      '{ rooms { ...F } } fragment F on RoomConnection { edges { ...G } } fragment G on RoomEdge { node { id } }',
      '{ ... on Query { rooms { ... { edges { ... { node { ... { id } } } } } } } }',
    ],
  ],
  [
    'aliases',
    'MAX_DOCUMENT_ALIASES',
    2,
    '{ a: __typename b: __typename }',
    ['{ a: __typename b: __typename c: __typename }'],
  ],
  [
    'directives',
    'MAX_DOCUMENT_DIRECTIVES',
    2,
    '{ __typename @include(if: true) me @skip(if: false) { id } }',
    ['{ __typename @include(if: true) me @skip(if: false) { id @include(if: true) } }'],
  ],
  [
    'fields',
    'MAX_DOCUMENT_FIELDS',
    10,
    `{ ${typenames(10)} }`,
    [
      `{ ${typenames(11)} }`,
      `{ ...A ...A } fragment A on Query { ...B ...B } fragment B on Query { ${typenames(3)} }`,
    ],
  ],
  [
    'overlaps',
    'MAX_DOCUMENT_OVERLAPS',
    6,
    `{ ${typenames(4)} }`,
    [`{ ${typenames(5)} }`, '{ ...A ...A ...A ...A ...A } fragment A on Query { __typename }'],
  ],
  [
    'objects',
    'MAX_DOCUMENT_OBJECTS',
    50,
    '{ rooms(first: 24) { edges { node { id } } } }',
    [
      '{ rooms(first: 25) { edges { node { id } } } }',
      'query ($first: Int) { rooms(first: $first) { edges { node { id } } } }',
      '{ a: rooms(first: 13) { ...F } b: rooms(first: 13) { ...F } } fragment F on RoomConnection { edges { node { id } } }',
      '{ rooms(first: 5) { edges { node { participants { user { id } } } } } }',
    ],
  ],
  [
    'name',
    'MAX_DOCUMENT_NAME_LENGTH',
    16,
    `{ ${'a'.repeat(16)}: __typename }`,
    [`{ ${'a'.repeat(17)}: __typename }`, `query ${'q'.repeat(17)} { __typename }`],
  ],
];

describe.each(CASES)('%s: %s=%d', (limit, variable, value, at, past) => {
  let server: TestServer;
  let ann: Person;
  let wire: Wire;

  beforeAll(async () => {
    // The registration itself must fit; it is made before the limit is set.
    const open = await startServer();
    ann = await register(open.graphqlUrl);
    await open.stop();
    server = await startServer({ dataDir: open.dataDir, env: { [variable]: String(value) } });
    wire = await Wire.ready(server.socketUrl, ann.token);
  });

  afterAll(async () => {
    wire.end();
    await server.close();
  });

  test('at it is answered, over HTTP and WebSocket', async () => {
    const answer = await post(server.graphqlUrl, at, {}, ann.headers);
    expect(answer.errors).toBeUndefined();
    expect(answer.status).toBe(200);
    expect(await wire.run('at', at)).toMatchObject({ type: 'next' });
  });

  test.each(past)('past it is refused, and the socket stays open: %s', async (document) => {
    const error = { extensions: { code: 'DOCUMENT_TOO_BIG', limit, max: value } };
    const answer = await post(server.graphqlUrl, document, {}, ann.headers);
    expect(answer.errors).toMatchObject([error]);
    expect(answer.data).toBeUndefined();
    const id = `past ${past.indexOf(document)}`;
    expect(await wire.run(id, document)).toMatchObject({ type: 'error', payload: [error] });
    expect(await wire.run(`${id}, after it`, '{ __typename }')).toMatchObject({ type: 'next' });
  });
});

test('the introspection query of tools fits the default limits', async () => {
  const { getIntrospectionQuery } = await import('graphql');
  const server = await startServer();
  const query = getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true });
  expect(await post(server.graphqlUrl, query)).toMatchObject({ status: 200, errors: undefined });
  await server.close();
});

test('INTROSPECTION=off hides the schema', async () => {
  const server = await startServer({ env: { INTROSPECTION: 'off' } });
  const answer = await post(server.graphqlUrl, '{ __schema { types { name } } }');
  expect(answer.errors?.[0]?.message).toContain('introspection');
  await server.close();
});
