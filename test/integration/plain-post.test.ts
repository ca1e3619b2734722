import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../kit/http.ts';
import { KeptLog } from '../kit/log.ts';
import { scrape } from '../kit/metrics.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

const BODY_BYTES = 4096;
const log = new KeptLog();

let server: TestServer;

beforeAll(async () => {
  server = await startServer({
    env: { MAX_MESSAGE_BYTES: String(BODY_BYTES) },
    overrides: { log },
  });
});
afterAll(() => server.close());

/** What goes by the request or by the connection, and not by what was asked. */
const BY_REQUEST = new Set([
  'x-request-id',
  'date',
  'connection',
  'keep-alive',
  'content-length',
  'transfer-encoding',
]);

async function answerTo(body: string | Buffer, headers: Record<string, string>) {
  const options = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
  const { status, headers: answered, text } = await send(server.graphqlUrl, { ...options, body });
  const named = Object.entries(answered).filter(([name]) => !BY_REQUEST.has(name));
  return { status, headers: Object.fromEntries(named), content: parsed(text) };
}

/** The order of members means nothing, and the first run of an operation has another than later ones. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const REGISTER = 'mutation ($input: RegisterInput!) { register(input: $input) { __typename } }';
const deep = `{ ${'a { '.repeat(20)} b ${'}'.repeat(20)} }`;

const BODIES: Readonly<Record<string, unknown>> = {
  'a query': { query: '{ __typename me { id } }' },
  'a query with all parameters': {
    query: 'query A { a: __typename } query B($id: ID!) { room(id: $id) { id } }',
    operationName: 'A',
    variables: {},
    extensions: {},
  },
  'a query with null for what may be left out': {
    query: '{ __typename }',
    operationName: null,
    variables: null,
    extensions: null,
  },
  'text outside of ASCII': { query: '{ grüße }' },
  'an expected failure': {
    query: REGISTER,
    variables: { input: { name: 'Ann', email: 'ann@example.com', password: '' } },
  },
  'an error of a resolver': { query: 'mutation { logout { __typename } }' },
  'an error beside data': { query: '{ __typename room(id: "nothing") { id } }' },
  'variables of a wrong type': { query: REGISTER, variables: { input: 1 } },
  'variables that are missing': { query: REGISTER },
  'a document that is none': { query: '{' },
  'a document that is not valid': { query: '{ nothing }' },
  'a document past a limit': { query: deep },
  'a subscription': { query: 'subscription { roomEvents(roomId: "a") { __typename } }' },
  'an operation that is not there': { query: '{ __typename }', operationName: 'Other' },
  'an empty document': { query: '' },
  'no document': { variables: {} },
  'an empty object': {},
  'a document that is no text': { query: 1 },
  'variables that are no object': { query: '{ __typename }', variables: [] },
  'extensions that are no object': { query: '{ __typename }', extensions: 'a' },
  'an operation name that is no text': { query: '{ __typename }', operationName: 1 },
  'an unknown parameter': { query: '{ __typename }', other: 1 },
  'an unknown parameter that is null': { query: '{ __typename }', other: null },
  'a persisted operation': { extensions: { persistedQuery: { version: 1, sha256Hash: 'a' } } },
  'a batch': [{ query: '{ __typename }' }],
  null: null,
  'a number': 1,
};
const ACCEPTED = [
  undefined,
  '*/*',
  'application/json',
  'application/graphql-response+json',
  'application/graphql-response+json, application/json;q=0.9',
  'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
  'application/json; charset=utf-8',
  'application/json; charset=latin1',
  'text/html, application/*',
  'text/event-stream',
  'text/html',
  'Application/JSON',
  '',
];

describe('what is answered past Yoga is answered as by it', () => {
  // Bodies whose size is not said go through Yoga.
  const byYoga = { 'transfer-encoding': 'chunked' };

  test.each(Object.entries(BODIES))('%s', async (_what, body) => {
    const text = JSON.stringify(body);
    for (const accept of ACCEPTED) {
      const headers = accept === undefined ? {} : { accept };
      const plain = await answerTo(text, headers);
      expect(plain, accept).toEqual(await answerTo(text, { ...headers, ...byYoga }));
    }
  });

  test.each(['', '{', '{"query":"{ __typename }"'])('a body that is no JSON: %j', async (text) => {
    expect(await answerTo(text, {})).toEqual(await answerTo(text, byYoga));
  });

  const text = JSON.stringify({ query: '{ __typename }' });

  test.each([
    'application/json;charset=UTF-8',
    'application/json; charset=utf-8',
    'application/json; charset="utf-8"',
    'application/json ; charset=utf-8',
    'application/json;',
    'Application/JSON',
    'APPLICATION/JSON; CHARSET=UTF-8',
    'application/json; profile="https://example.com/a;b"; charset=utf-8',
    ' application/json',
  ])('a content type of %j, which is JSON', async (type) => {
    const plain = await answerTo(text, { 'content-type': type });
    expect(plain.status).toBe(200);
    expect(plain).toEqual(await answerTo(text, { 'content-type': type, ...byYoga }));
  });

  test.each(['text/plain', 'application/jsonp', 'application/json+x', 'text/json', 'json', ''])(
    'a content type of %j, which is not',
    async (type) => {
      const headers = { 'content-type': type, 'graphql-require-preflight': '1' };
      expect(await answerTo(text, headers)).toEqual(
        await answerTo(text, { ...headers, ...byYoga }),
      );
    },
  );

  test('a byte order mark is no part of the body', async () => {
    const plain = await answerTo(`\u{feff}${text}`, {});
    expect(plain.content).toEqual({ data: { __typename: 'Query' } });
    expect(plain).toEqual(await answerTo(`\u{feff}${text}`, byYoga));
    // One alone, and what is no whole one.
    for (const body of ['\u{feff}', '\u{feff}\u{feff}{}', '\u{feff}{', '{}\u{feff}']) {
      expect(await answerTo(body, {})).toEqual(await answerTo(body, byYoga));
    }
  });

  test.each([
    ['a name that comes twice', '{"query":"{ nothing }","query":"{ __typename }"}'],
    ['a name of a prototype', '{"query":"{ __typename }","__proto__":{"a":1}}'],
    [
      'a name of a prototype in variables',
      '{"query":"{ __typename }","variables":{"__proto__":1}}',
    ],
    ['a constructor among the parameters', '{"query":"{ __typename }","constructor":null}'],
    ['half a surrogate pair', '{"query":"{ __typename # \\ud800\n }"}'],
    ['a number past all', '{"query":"query ($a: Int) { __typename }","variables":{"a":1e999}}'],
    ['minus nothing', '{"query":"query ($a: Int) { __typename }","variables":{"a":-0}}'],
    ['an escaped name', '{"\\u0071uery":"{ __typename }"}'],
    ['white space alone', ' \n\t '],
    ['a space of Unicode before it', `\u{a0}${text}`],
    ['a zero after it', `${text}\0`],
    ['a comment', `/* */${text}`],
    ['text in quotes', JSON.stringify(text)],
    ['a name in capitals', '{"Query":"{ __typename }"}'],
    ['an empty operation name', '{"query":"{ __typename }","operationName":""}'],
    ['a query of spaces', '{"query":"   "}'],
    ['a query of a comment', '{"query":"# nothing"}'],
    ['a byte order mark in the query', '{"query":"\u{feff}{ __typename }"}'],
    ['fragments alone', '{"query":"fragment A on Query { __typename }"}'],
    ['two operations and no name', '{"query":"query A { __typename } query B { __typename }"}'],
    ['false', 'false'],
    ['a text', '"{ __typename }"'],
    ['an empty list', '[]'],
    [
      'null for the query and a hash',
      '{"query":null,"extensions":{"persistedQuery":{"version":1,"sha256Hash":"a"}}}',
    ],
    [
      'an empty query and a hash',
      '{"query":"","extensions":{"persistedQuery":{"version":1,"sha256Hash":"a"}}}',
    ],
    [
      'a hash of another version',
      '{"extensions":{"persistedQuery":{"version":2,"sha256Hash":"a"}}}',
    ],
    ['a hash that is no text', '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":1}}}'],
    ['no hash', '{"extensions":{"persistedQuery":null}}'],
  ])('a body with %s', async (_what, body) => {
    for (const accept of ['*/*', 'application/graphql-response+json']) {
      expect(await answerTo(body, { accept })).toEqual(await answerTo(body, { accept, ...byYoga }));
    }
  });

  test('bytes that are no UTF-8', async () => {
    const bytes = (...more: number[]) =>
      Buffer.concat([
        Buffer.from('{"query":"{ __typename # '),
        Buffer.from(more),
        Buffer.from('\n }"}'),
      ]);
    for (const more of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xf0, 0x9f], [0xc0, 0x80]]) {
      for (const end of [true, false]) {
        const body = end ? bytes(...more) : Buffer.concat([Buffer.from(text), Buffer.from(more)]);
        expect(await answerTo(body, {}), more.join()).toEqual(await answerTo(body, byYoga));
      }
    }
  });

  test.each([
    'application/json;q=0',
    'application/json;q=0, application/graphql-response+json',
    'application/graphql-response+json;q=0, application/json',
    'application/json;q=0.1, application/graphql-response+json;q=0.9',
    '*/*;q=0',
    '*/*;q=0.1, application/graphql-response+json',
    'application/*;q=0.5, application/graphql-response+json',
    ',application/json',
    ' application/json ',
    'application/json ;q=1',
    'application/json;version=2',
    'application/*+json',
    'text/*, */*',
    '*',
    'application',
    'application/graphql-response+json;charset=utf-8',
    'application/json;profile="a,b"',
    'text/html;level="*/*", application/graphql-response+json',
    'application/jsonp, application/graphql-response+json',
    'multipart/mixed, application/json',
    'APPLICATION/GRAPHQL-RESPONSE+JSON',
    '*/json',
    'text/event-stream, */*',
  ])('an Accept of %j', async (accept) => {
    for (const body of [text, JSON.stringify({ query: '{ nothing }' })]) {
      expect(await answerTo(body, { accept })).toEqual(await answerTo(body, { accept, ...byYoga }));
    }
  });

  test('every combination of odd bodies, types and answers', async () => {
    const bodies = [
      text,
      `\u{feff}${text}`,
      `\n\t ${text}\r\n`,
      '{"query":"{ __typename }"} x',
      '\0',
    ];
    const types = ['application/json', 'Application/Json;Charset=utf-8', 'application/json; q=1'];
    for (const body of bodies) {
      for (const type of types) {
        for (const accept of ['*/*', 'Application/JSON', 'application/graphql-response+json']) {
          const headers = { 'content-type': type, accept };
          const plain = await answerTo(body, headers);
          const seen = `${JSON.stringify(body)} as ${type} for ${accept}`;
          expect(plain, seen).toEqual(await answerTo(body, { ...headers, ...byYoga }));
        }
      }
    }
  });
});

test('a body that comes in parts is read to its end', async () => {
  const body = JSON.stringify({ query: '{ __typename }' });
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  await once(socket, 'connect');
  const head = `POST ${new URL(server.graphqlUrl).pathname} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  socket.setNoDelay(true);
  for (const part of [head, body.slice(0, 5), body.slice(5, 9), body.slice(9)]) {
    await new Promise<void>((resolve) => socket.write(part, () => resolve()));
  }
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK/);
  expect(answer).toContain('{"data":{"__typename":"Query"}}');
});

test('a client that leaves amid its body is forgotten without an error', async () => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `POST ${new URL(server.graphqlUrl).pathname} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"query"`,
  );
  const before = await graphqlRequests();
  socket.destroy();
  await until(async () => (await graphqlRequests()) > before, 'the request to end');
  expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
});

async function graphqlRequests(): Promise<number> {
  const seen = await scrape(server.url);
  return seen.value('peerql_http_request_duration_seconds_count', { route: 'graphql' }) ?? 0;
}
